import { type DocumentCopies, documentCopiesSchema } from '@rideline/contract';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkUpload } from './upload-check.ts';

const copy = (kind: 'file' | 'thumbnail' | 'unknown', attempt: number | null, current: boolean) => ({
  kind,
  attempt,
  size: 10,
  storedAt: '2026-11-30T00:00:00.000Z',
  current,
});
const document = (change: object = {}): DocumentCopies =>
  documentCopiesSchema.parse({
    documentId: 'doc',
    status: 'processed',
    rejection: null,
    attempts: 2,
    copies: [copy('file', 2, true), copy('thumbnail', 2, true)],
    complete: true,
    ...change,
  });
const faults = (change: object) => checkUpload(document(change)).faults;

it('LOAD-61: one clean copy or one rejection is right; copies of interrupted attempts are only counted', () => {
  expect(checkUpload(document())).toEqual({ faults: [], left: 0 });
  expect(checkUpload(document({ copies: [...document().copies, copy('file', 1, false)] }))).toEqual({
    faults: [],
    left: 1,
  });
  expect(faults({ status: 'rejected', rejection: 'DAMAGED', copies: [] })).toEqual([]);
  const died = { status: 'rejected', rejection: 'PROCESSING_FAILED', copies: [copy('file', 2, false)] };
  expect(checkUpload(document(died))).toEqual({ faults: [], left: 1 });
});

it('LOAD-61: no clean copy, a second one, and a rejection beside a copy are found', () => {
  expect(faults({ copies: [] })).toEqual(['document doc is processed and 0 of its clean copy are stored']);
  for (const other of [copy('file', 2, false), copy('file', 3, false), copy('unknown', null, false)])
    expect(faults({ copies: [...document().copies, other] })).toHaveLength(1);
  expect(faults({ status: 'rejected', rejection: 'DAMAGED', copies: [copy('file', 2, false)] })).toHaveLength(
    1,
  );
  expect(faults({ status: 'rejected', copies: [] })).toEqual(['document doc is rejected without a reason']);
  expect(faults({ complete: false })).toHaveLength(1);
});

const others = fc.array(
  fc.record({
    kind: fc.constantFrom('file' as const, 'thumbnail' as const),
    attempt: fc.integer({ min: 1, max: 6 }),
  }),
  { maxLength: 6 },
);

it('LOAD-61: of any copies beside the current one exactly those of earlier attempts are tolerated', () => {
  fc.assert(
    fc.property(others, fc.integer({ min: 1, max: 5 }), fc.boolean(), (drawn, attempts, isRejected) => {
      const current = isRejected ? [] : [copy('file', attempts, true), copy('thumbnail', attempts, true)];
      const beside = drawn.map(({ kind, attempt }) => copy(kind, attempt, false));
      const { faults: found, left } = checkUpload(
        document({
          attempts,
          copies: [...beside, ...current],
          ...(isRejected ? { status: 'rejected', rejection: 'DAMAGED' } : {}),
        }),
      );
      const earlier = drawn.filter(({ attempt }) => attempt < attempts).length;
      expect([found.length, left]).toEqual([earlier === drawn.length ? 0 : 1, earlier]);
    }),
    { seed: 61, numRuns: 300 },
  );
});
