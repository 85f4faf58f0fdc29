import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assign, type Edge } from './assignment.ts';
import { closestPairs } from './closest-pair.ts';
import { components } from './components.ts';
import { solve } from './solve.ts';

const ROWS = 12;
const COLUMNS = 14;
const edgeSets = fc
  .uniqueArray(fc.tuple(fc.nat(ROWS - 1), fc.nat(COLUMNS - 1), fc.integer({ min: 0, max: 40 })), {
    maxLength: 30,
    selector: ([row, column]) => row * COLUMNS + column,
  })
  .map((list) => list.map(([row, column, cost]): Edge => ({ row, column, cost })));
const unmatched = Array.from({ length: ROWS }, (_, row) => 30 + row);
const frozen = () => 0;

function problemOf(edges: readonly Edge[]) {
  return { rows: ROWS, columns: COLUMNS, edges, unmatchedCost: unmatched };
}

function totalOf(matched: readonly Edge[]): number {
  const free = new Set(unmatched.keys());
  for (const { row } of matched) free.delete(row);
  const waiting = [...free].reduce((sum, row) => sum + (unmatched[row] as number), 0);
  return matched.reduce((sum, { cost }) => sum + cost, waiting);
}

function expectMatching(matched: readonly Edge[], edges: readonly Edge[]): void {
  expect(new Set(matched.map(({ row }) => row)).size).toBe(matched.length);
  expect(new Set(matched.map(({ column }) => column)).size).toBe(matched.length);
  expect(matched.every((edge) => edges.includes(edge))).toBe(true);
}

describe('solve', () => {
  it('MATCH-23: components share no row and no column, and contain every edge once', () => {
    fc.assert(
      fc.property(edgeSets, (edges) => {
        const parts = components(ROWS, COLUMNS, edges);
        expect(new Set(parts.flatMap((part) => part.edges)).size).toBe(edges.length);
        expect(parts.flatMap((part) => part.edges)).toHaveLength(edges.length);
        const rows = parts.flatMap((part) => [...part.rows]);
        expect(new Set(rows).size).toBe(rows.length);
        const columns = parts.flatMap((part) => [...new Set(part.edges.map(({ column }) => column))]);
        expect(new Set(columns).size).toBe(columns.length);
      }),
      { seed: 23, numRuns: 500 },
    );
  });

  it('MATCH-23: the total of the components equals that of the whole problem', () => {
    fc.assert(
      fc.property(edgeSets, (edges) => {
        const { matched, fallbackComponents } = solve(problemOf(edges), frozen);
        expectMatching(matched, edges);
        expect(fallbackComponents).toBe(0);
        const whole = assign(ROWS, COLUMNS, edges, unmatched) ?? new Int32Array();
        const chosen = edges.filter(({ row, column }) => whole[row] === column);
        expect(totalOf(matched)).toBe(totalOf(chosen));
      }),
      { seed: 24, numRuns: 500 },
    );
  });

  it('MATCH-24: with no budget every component is matched closest pair first and counted', () => {
    fc.assert(
      fc.property(edgeSets, (edges) => {
        const solution = solve(problemOf(edges), frozen, 0);
        expect(solution.fallbackComponents).toBe(solution.components);
        expectMatching(solution.matched, edges);
        const byEdge = (a: Edge, b: Edge) => a.row - b.row || a.column - b.column;
        expect(solution.matched.toSorted(byEdge)).toEqual(closestPairs(edges, unmatched).toSorted(byEdge));
      }),
      { seed: 25, numRuns: 500 },
    );
  });

  it('MATCH-24: when the budget ends midway, solved components are kept and the others fall back', () => {
    const pair = (at: number): Edge[] => [
      { row: at, column: at, cost: 1 },
      { row: at, column: at + 1, cost: 2 },
      { row: at + 1, column: at, cost: 2 },
      { row: at + 1, column: at + 1, cost: 20 },
    ];
    let now = 0;
    // The clock is read once before each component and once a row: the first is solved at 3, the second reaches the end at 5.
    const solution = solve(problemOf([...pair(0), ...pair(2), ...pair(4)]), () => now++, 5);
    expect(solution).toMatchObject({ components: 3, fallbackComponents: 2 });
    const pairsOf = (rows: number[]) =>
      solution.matched.filter(({ row }) => rows.includes(row)).reduce((sum, { cost }) => sum + cost, 0);
    expect([pairsOf([0, 1]), pairsOf([2, 3]), pairsOf([4, 5])]).toEqual([4, 21, 21]);
  });

  it('MATCH-24: closest pair never takes an edge that costs more than waiting', () => {
    const edges = [
      { row: 0, column: 0, cost: 31 },
      { row: 1, column: 1, cost: 5 },
    ];
    expect(closestPairs(edges, [30, 30])).toEqual([edges[1]]);
  });
});
