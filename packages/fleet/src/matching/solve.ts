import { assign, type Edge } from './assignment.ts';
import { closestPairs } from './closest-pair.ts';
import { type Component, components } from './components.ts';

export interface Solution {
  /** Chosen edges: each row and each column at most once. */
  readonly matched: readonly Edge[];
  readonly components: number;
  /** Number of components that were matched closest pair first because the budget was over. */
  readonly fallbackComponents: number;
}

/** Budget of the assignment in one tick, ms (docs/design/matching.md, "Solver"). */
export const SOLVE_BUDGET_MS = 50;

/**
 * Matches rows to columns at the least total cost, component by component, within a budget; components left when it is over are matched
 * closest pair first.
 * @param nowMs any monotonic clock
 */
export function solve(
  problem: {
    readonly rows: number;
    readonly columns: number;
    readonly edges: readonly Edge[];
    readonly unmatchedCost: readonly number[];
  },
  nowMs: () => number,
  budgetMs: number = SOLVE_BUDGET_MS,
): Solution {
  const until = nowMs() + budgetMs;
  const isOver = () => nowMs() >= until;
  const parts = components(problem.rows, problem.columns, problem.edges);
  const matched: Edge[] = [];
  let fallbackComponents = 0;
  for (const part of parts) {
    const best = isOver() ? null : assignComponent(part, problem.unmatchedCost, isOver);
    if (best === null) fallbackComponents += 1;
    matched.push(...(best ?? closestPairs(part.edges, problem.unmatchedCost)));
  }
  return { matched, components: parts.length, fallbackComponents };
}

function assignComponent(
  { rows, edges }: Component,
  unmatchedCost: readonly number[],
  isOver: () => boolean,
): Edge[] | null {
  const columns = [...new Set(edges.map(({ column }) => column))].sort((a, b) => a - b);
  const rowAt = new Map(rows.map((row, at) => [row, at]));
  const columnAt = new Map(columns.map((column, at) => [column, at]));
  const local = edges.map(({ row, column, cost }) => ({
    row: rowAt.get(row) as number,
    column: columnAt.get(column) as number,
    cost,
  }));
  const answer = assign(
    rows.length,
    columns.length,
    local,
    rows.map((row) => unmatchedCost[row] as number),
    isOver,
  );
  if (answer === null) return null;
  const chosen = new Map([...answer].flatMap((column, row) => (column >= 0 ? [[row, column] as const] : [])));
  return edges.filter((_, at) => {
    const { row, column } = local[at] as Edge;
    return chosen.get(row) === column;
  });
}
