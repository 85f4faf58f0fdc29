import type { Edge } from './assignment.ts';

/**
 * Greedy matching, used when the budget of the assignment is over: the cheapest pair first, then the cheapest of the rest. In
 * docs/design/matching.md, "Baseline", its waits are within 1 % of the optimal assignment's.
 * @returns the chosen edges; pairs that cost as much as staying unmatched, or more, are left out
 */
export function closestPairs(edges: readonly Edge[], unmatchedCost: readonly number[]): Edge[] {
  const sorted = edges.toSorted((a, b) => a.cost - b.cost || a.row - b.row || a.column - b.column);
  const rows = new Set<number>();
  const columns = new Set<number>();
  const taken: Edge[] = [];
  for (const edge of sorted) {
    if (rows.has(edge.row) || columns.has(edge.column)) continue;
    if (edge.cost >= (unmatchedCost[edge.row] as number)) continue;
    rows.add(edge.row);
    columns.add(edge.column);
    taken.push(edge);
  }
  return taken;
}
