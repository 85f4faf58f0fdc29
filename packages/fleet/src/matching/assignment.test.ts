import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Edge } from './assignment.ts';

const data = join(import.meta.dirname, '../../data');

function readProblem(file: string): { n: number; edges: Edge[] } {
  const bytes = readFileSync(join(data, file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const [n = 0, ...costs] = text.trim().split(/\s+/).map(Number);
  expect(costs).toHaveLength(n * n);
  return { n, edges: costs.map((cost, at) => ({ row: Math.floor(at / n), column: at % n, cost })) };
}

interface Problem {
  readonly rows: number;
  readonly columns: number;
  readonly edges: readonly Edge[];
  readonly unmatched: readonly number[];
}

/** Costs from a small set produce ties, costs from a wide one floats; null is a forbidden pair. */
const cost = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1000, max: 1000, noNaN: true }),
  fc.constant(null),
);
const problem = fc
  .record({ rows: fc.integer({ min: 0, max: 7 }), columns: fc.integer({ min: 0, max: 7 }) })
  .chain(({ rows, columns }) =>
    fc
      .record({
        matrix: fc.array(cost, { minLength: rows * columns, maxLength: rows * columns }),
        unmatched: fc.array(
          fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -100, max: 20_000, noNaN: true })),
          { minLength: rows, maxLength: rows },
        ),
      })
      .map(
        ({ matrix, unmatched }): Problem => ({
          rows,
          columns,
          unmatched,
          edges: matrix.flatMap((pair, at) =>
            pair === null ? [] : [{ row: Math.floor(at / columns), column: at % columns, cost: pair }],
          ),
        }),
      ),
  );

/** Least total of all matchings. */
function bruteForce({ rows, edges, unmatched }: Problem): number {
  const byRow = Array.from({ length: rows }, (_, row) => edges.filter((edge) => edge.row === row));
  const least = (row: number, taken: number): number => {
    if (row === rows) return 0;
    let best = (unmatched[row] as number) + least(row + 1, taken);
    for (const edge of byRow[row] as Edge[]) {
      const bit = 1 << edge.column;
      if ((taken & bit) === 0) best = Math.min(best, edge.cost + least(row + 1, taken | bit));
    }
    return best;
  };
  return least(0, 0);
}

/** Total of an answer; fails unless it is a matching along existing edges. */
function totalOf({ rows, edges, unmatched }: Problem, answer: Int32Array | null): number {
  expect(answer).toHaveLength(rows);
  const costs = new Map(edges.map((edge) => [`${edge.row}:${edge.column}`, edge.cost]));
  const taken = [...(answer ?? [])].filter((column) => column >= 0);
  expect(new Set(taken).size).toBe(taken.length);
  return [...(answer ?? [])].reduce((sum, column, row) => {
    const price = column < 0 ? unmatched[row] : costs.get(`${row}:${column}`);
    expect(price).toBeTypeOf('number');
    return sum + (price as number);
  }, 0);
}

const solved = (it: Problem) => assign(it.rows, it.columns, it.edges, it.unmatched);

describe('assignment', () => {
  it.each([
    ['orlib_assign100.txt', 305],
    ['orlib_assign500.txt.gz', 991],
    ['orlib_assign600.txt.gz', 1176],
    ['orlib_assign700.txt.gz', 1362],
  ])('MATCH-20: %s is solved to its known optimum %i', (file, optimum) => {
    const { n, edges } = readProblem(file);
    const unmatched = Array.from({ length: n }, () => 10_000);
    const problem: Problem = { rows: n, columns: n, edges, unmatched };
    expect(totalOf(problem, solved(problem))).toBe(optimum);
  });

  it('MATCH-20: the total equals that of brute force, also for rectangular problems, ties, forbidden pairs and empty sides', () => {
    fc.assert(
      fc.property(problem, (given) => {
        expect(totalOf(given, solved(given))).toBeCloseTo(bruteForce(given), 6);
      }),
      { seed: 20, numRuns: 3000 },
    );
  });

  it('MATCH-21: a row without an edge cheaper than staying unmatched stays unmatched', () => {
    const edges = [
      { row: 1, column: 0, cost: 7 },
      { row: 2, column: 1, cost: 30 },
    ];
    expect([...(assign(3, 2, edges, [10, 10, 10]) ?? [])]).toEqual([-1, 0, -1]);
    expect([...(assign(2, 0, [], [10, 10]) ?? [])]).toEqual([-1, -1]);
    expect([...(assign(0, 3, [], []) ?? [])]).toEqual([]);
  });

  it('MATCH-21: of two rows for one column the one that costs more unmatched gets it, and a larger matching wins', () => {
    const both = [
      { row: 0, column: 0, cost: 100 },
      { row: 1, column: 0, cost: 100 },
    ];
    expect([...(assign(2, 1, both, [10_000, 10_020]) ?? [])]).toEqual([-1, 0]);
    const chain = [...both, { row: 1, column: 1, cost: 900 }];
    expect([...(assign(2, 2, chain, [10_000, 10_020]) ?? [])]).toEqual([0, 1]);
  });

  it('MATCH-22: the order of the edges does not change the result', () => {
    fc.assert(
      fc.property(problem, fc.infiniteStream(fc.nat()), (given, random) => {
        const keys = new Map(given.edges.map((edge) => [edge, random.next().value as number]));
        const edges = given.edges.toSorted((a, b) => (keys.get(a) as number) - (keys.get(b) as number));
        expect(solved({ ...given, edges })).toEqual(solved(given));
      }),
      { seed: 22, numRuns: 1000 },
    );
  });

  it('MATCH-24: once the budget is over the result is null', () => {
    const edges = [0, 1, 2].map((row) => ({ row, column: row, cost: 1 }));
    const calls: number[] = [];
    expect(assign(3, 3, edges, [9, 9, 9], () => calls.push(1) > 2)).toBeNull();
    expect(calls).toHaveLength(3);
  });
});
