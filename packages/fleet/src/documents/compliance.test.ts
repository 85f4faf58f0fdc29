import { expect, it } from 'vitest';
import { compliantUntil } from './compliance.ts';
import type { DocumentState } from './document.ts';

const approved = (validUntil: number | null) =>
  ({
    name: 'processed',
    review: { name: 'approved', at: 0, by: 'operator', reason: null, validUntil },
  }) as unknown as DocumentState;
const licence = (validUntil: number | null) =>
  ({ type: 'driving_licence', state: approved(validUntil) }) as const;
const insurance = (validUntil: number | null) =>
  ({ type: 'insurance', state: approved(validUntil) }) as const;

it('DOC-60: a driver is compliant until the first required document ends; of each type the latest end counts', () => {
  const needed = ['driving_licence', 'insurance'] as const;
  expect(compliantUntil([licence(500), licence(900), insurance(700)], needed, 100)).toBe(700);
  expect(compliantUntil([licence(500), insurance(null)], needed, 100)).toBe(500);
  expect(compliantUntil([licence(500), insurance(700)], needed, 600)).toBe(Number.NEGATIVE_INFINITY);
  expect(compliantUntil([licence(500)], needed, 100)).toBe(Number.NEGATIVE_INFINITY);
  expect(compliantUntil([], [], 100)).toBe(Number.POSITIVE_INFINITY);
  const pending = {
    ...licence(500),
    state: { name: 'processed', review: { name: 'pending' } } as unknown as DocumentState,
  };
  expect(compliantUntil([pending, insurance(700)], needed, 100)).toBe(Number.NEGATIVE_INFINITY);
});
