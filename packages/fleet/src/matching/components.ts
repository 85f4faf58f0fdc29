import type { Edge } from './assignment.ts';

/** A part of the problem that shares no row and no column with the others. */
export interface Component {
  readonly rows: readonly number[];
  readonly edges: readonly Edge[];
}

/** Splits a problem into its connected components, each with at least one edge, smallest first: so a budget solves the most components. */
export function components(rows: number, columns: number, edges: readonly Edge[]): Component[] {
  const parent = Int32Array.from({ length: rows + columns }, (_, index) => index);
  const rootOf = (index: number): number => {
    let root = index;
    while (parent[root] !== root) root = parent[root] as number;
    for (let at = index; at !== root; ) {
      const next = parent[at] as number;
      parent[at] = root;
      at = next;
    }
    return root;
  };
  for (const { row, column } of edges) parent[rootOf(row)] = rootOf(rows + column);
  const byRoot = new Map<number, { rows: Set<number>; edges: Edge[] }>();
  for (const edge of edges) {
    const root = rootOf(edge.row);
    let component = byRoot.get(root);
    if (!component) {
      component = { rows: new Set(), edges: [] };
      byRoot.set(root, component);
    }
    component.rows.add(edge.row);
    component.edges.push(edge);
  }
  return [...byRoot.values()]
    .map((component) => ({ rows: [...component.rows].sort((a, b) => a - b), edges: component.edges }))
    .sort((a, b) => a.edges.length - b.edges.length || (a.rows[0] as number) - (b.rows[0] as number));
}
