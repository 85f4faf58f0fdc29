import { expect, it } from 'vitest';
import { createRadiusPredictor } from './search-radius.ts';

const DENSITY = 1e-4;
const foundWithin = (radius: number) => Math.round(DENSITY * Math.PI * radius * radius);

/** Number of rounds of a search for `target` drivers in a city of even density. */
function rounds(predictor: ReturnType<typeof createRadiusPredictor>, target: number): number {
  let radius = predictor.first(37.7, -122.4, 'available', target);
  for (let round = 1; ; round++) {
    const found = foundWithin(radius);
    if (found >= target) {
      predictor.learn(37.7, -122.4, 'available', found, radius);
      return round;
    }
    radius = predictor.wider(found, target, radius);
  }
}

it('GEO-14: in a known area a search takes one round and reads fewer than three times its target', () => {
  const predictor = createRadiusPredictor();
  for (let search = 0; search < 5; search++) rounds(predictor, 20);
  expect(rounds(predictor, 20)).toBe(1);
  const found = foundWithin(predictor.first(37.7, -122.4, 'available', 20));
  expect(found).toBeGreaterThanOrEqual(20);
  expect(found).toBeLessThan(60);
});

it('GEO-14: the next radius is 1.5 to 4 times the last one', () => {
  const predictor = createRadiusPredictor();
  for (const found of [0, 1, 9, 19]) {
    for (const radius of [1, 50, 3000]) {
      const wider = predictor.wider(found, 20, radius);
      expect(wider).toBeGreaterThanOrEqual(radius * 1.5);
      expect(wider).toBeLessThanOrEqual(radius * 4);
    }
  }
});

it('GEO-14: an empty area is remembered, and the next search there starts with a large radius', () => {
  const predictor = createRadiusPredictor();
  predictor.learn(0, 0, 'available', 0, 50_000);
  expect(predictor.first(0, 0, 'available', 20)).toBeGreaterThan(50_000);
});

it('GEO-14: the number of cells is bounded; the one updated longest ago is dropped', () => {
  const predictor = createRadiusPredictor(2);
  const unknown = predictor.first(0, 0, 'available', 1);
  predictor.learn(10, 10, 'available', 100, 100);
  predictor.learn(20, 20, 'available', 100, 100);
  predictor.learn(10, 10, 'available', 100, 100);
  predictor.learn(30, 30, 'available', 100, 100);
  expect(predictor.first(20, 20, 'available', 1)).toBe(unknown);
  expect(predictor.first(10, 10, 'available', 1)).not.toBe(unknown);
});
