import { describe, expect, test } from 'vitest';
import { NETWORK_PROFILE_NAMES } from '../network/profiles.ts';
import type { PhonePlan, PhoneStep } from './phone-plan.ts';
import { planFleet } from './plan-fleet.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index * 7919 + 1);
const options = (seed: number) =>
  ({ seed, users: 12, runMs: 600_000, profile: 'mixed' }) as const satisfies Parameters<typeof planFleet>[0];
const kinds = (steps: readonly PhoneStep[], ...names: PhoneStep['kind'][]) =>
  steps.filter(({ kind }) => names.includes(kind));

describe('LOAD-47: the plan of a fleet', () => {
  test('is the same for the same seed, and another one for another seed', () => {
    for (const seed of SEEDS) {
      expect(planFleet(options(seed))).toEqual(planFleet(options(seed)));
      expect(JSON.parse(JSON.stringify(planFleet(options(seed))))).toEqual(planFleet(options(seed)));
    }
    const texts = new Set(SEEDS.map((seed) => JSON.stringify(planFleet(options(seed)).phones)));
    expect(texts.size).toBe(SEEDS.length);
  });

  test("a phone's faults depend neither on the number of phones nor on the rate of another fault", () => {
    const phone = (plan: { phones: readonly PhonePlan[] }) => plan.phones[1] as PhonePlan;
    for (const seed of SEEDS) {
      const few = phone(planFleet({ ...options(seed), users: 5 }));
      expect(phone(planFleet(options(seed)))).toEqual(few);
      const more = phone(planFleet({ ...options(seed), users: 5, rates: { wireFaultEveryMs: 1000 } }));
      const rest = ({ steps }: PhonePlan) => steps.filter(({ kind }) => kind !== 'wire');
      expect(rest(more)).toEqual(rest(few));
    }
  });

  test('no two phones have the same plan', () => {
    const { phones } = planFleet({ ...options(3), users: 200 });
    expect(new Set(phones.map(({ steps }) => JSON.stringify(steps))).size).toBe(200);
  });

  test('steps are in order and within the run or its recovery; what begins ends before the next one of its kind begins', () => {
    for (const seed of SEEDS) {
      for (const { steps } of planFleet(options(seed)).phones) {
        const times = steps.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        const network = kinds(steps, 'interrupt', 'restore').map(({ kind }) => kind);
        network.forEach((kind, index) => {
          expect(kind).toBe(index % 2 === 0 ? 'interrupt' : 'restore');
        });
        const app = kinds(steps, 'kill', 'battery', 'background', 'boot', 'foreground').map(
          ({ kind }) => kind,
        );
        app.forEach((kind, index) => {
          if (index % 2 === 0) expect(['kill', 'battery', 'background']).toContain(kind);
          else expect(kind).toBe(app[index - 1] === 'background' ? 'foreground' : 'boot');
        });
      }
    }
  });

  test('has every kind of fault at about its rate', () => {
    const { phones, runMs } = planFleet({ ...options(11), users: 400 });
    const steps = phones.flatMap((phone) => phone.steps);
    const expected = (everyMs: number) => (phones.length * runMs) / everyMs;
    const share = (kind: PhoneStep['kind'], everyMs: number) => kinds(steps, kind).length / expected(everyMs);
    // Phones that are off or in the background cannot be killed: somewhat fewer than the rate.
    for (const [kind, everyMs] of [
      ['kill', 120_000],
      ['background', 90_000],
      ['battery', 600_000],
    ] as const) {
      expect(share(kind, everyMs)).toBeGreaterThan(0.4);
      expect(share(kind, everyMs)).toBeLessThan(1.1);
    }
    for (const [kind, everyMs] of [
      ['clock', 240_000],
      ['wire', 20_000],
    ] as const) {
      expect(share(kind, everyMs)).toBeGreaterThan(0.9);
      expect(share(kind, everyMs)).toBeLessThan(1.1);
    }
    const interruptions = new Set(steps.flatMap((step) => (step.kind === 'interrupt' ? [step.what] : [])));
    expect([...interruptions].sort()).toEqual(['black_hole', 'cut', 'downlink_lost', 'uplink_lost']);
    expect(phones.some(({ clock }) => Math.abs(clock.offsetMs) > 3_600_000)).toBe(true);
    expect(
      phones.some(({ steps: own }) => own.at(-1)?.kind === 'battery' || own.some(isNeverBooted(own))),
    ).toBe(true);
  });

  test('a rate of Infinity means never, and a fixed network is not left', () => {
    const never = Number.POSITIVE_INFINITY;
    const rates = {
      killEveryMs: never,
      batteryEveryMs: never,
      backgroundEveryMs: never,
      clockJumpEveryMs: never,
      wireFaultEveryMs: never,
      requestEveryMs: never,
    };
    for (const profile of NETWORK_PROFILE_NAMES) {
      const { phones } = planFleet({ ...options(5), profile, rates });
      for (const phone of phones) {
        expect(phone.profile).toBe(profile);
        expect(
          kinds(phone.steps, 'kill', 'battery', 'background', 'clock', 'wire', 'request', 'network'),
        ).toEqual([]);
      }
    }
  });
});

/** A battery that stays empty: nothing of the app follows it. */
function isNeverBooted(steps: readonly PhoneStep[]) {
  return (step: PhoneStep) =>
    step.kind === 'battery' && !steps.some(({ kind, atMs }) => kind === 'boot' && atMs > step.atMs);
}
