/** One pair that may be matched, at a cost. Rows are trips, columns drivers; both are indexes. */
export interface Edge {
  readonly row: number;
  readonly column: number;
  /** Any finite number. */
  readonly cost: number;
}

const FREE = -1;

/**
 * Minimum-cost assignment in which a row may stay unmatched at a cost of its own: shortest augmenting paths with potentials, one row after
 * the other (Jonker and Volgenant, Computing 38, 1987; the sparse form). Rows and columns are processed in the order of their indexes and
 * ties go to the lower column, so the same input gives the same answer.
 * @param unmatchedCost by row
 * @param isOver called before each row; when it returns true the result is null
 * @returns the column of each row, −1 for none; null when the budget was over
 */
export function assign(
  rows: number,
  columns: number,
  edges: readonly Edge[],
  unmatchedCost: readonly number[],
  isOver: () => boolean = () => false,
): Int32Array | null {
  const solver = new Solver(rows, columns, edges, unmatchedCost);
  for (let row = 0; row < rows; row += 1) {
    if (isOver()) return null;
    solver.match(row);
  }
  return solver.answer();
}

/** Each row has an extra column after the real ones, at the cost of staying unmatched: so every row can always be matched. */
class Solver {
  readonly #columns: number;
  /** Edges of row r: from #start[r] to #start[r + 1] of the two arrays. */
  readonly #start: Int32Array;
  readonly #to: Int32Array;
  readonly #cost: Float64Array;
  readonly #rowPotential: Float64Array;
  readonly #columnPotential: Float64Array;
  readonly #columnOf: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #distance: Float64Array;
  readonly #cameFrom: Int32Array;
  readonly #done: Uint8Array;

  constructor(rows: number, columns: number, edges: readonly Edge[], unmatchedCost: readonly number[]) {
    const all = columns + rows;
    this.#columns = columns;
    this.#start = new Int32Array(rows + 1);
    for (const { row } of edges) this.#start[row + 1] = (this.#start[row + 1] ?? 0) + 1;
    for (let row = 0; row < rows; row += 1)
      this.#start[row + 1] = (this.#start[row] ?? 0) + (this.#start[row + 1] ?? 0) + 1;
    this.#to = new Int32Array(edges.length + rows);
    this.#cost = new Float64Array(edges.length + rows);
    const fill = this.#start.slice(0, rows);
    const put = (row: number, column: number, cost: number) => {
      const at = fill[row] as number;
      this.#to[at] = column;
      this.#cost[at] = cost;
      fill[row] = at + 1;
    };
    for (const { row, column, cost } of edges) put(row, column, cost);
    for (let row = 0; row < rows; row += 1) put(row, columns + row, unmatchedCost[row] as number);
    this.#rowPotential = new Float64Array(rows);
    this.#columnPotential = new Float64Array(all);
    this.#columnOf = new Int32Array(rows).fill(FREE);
    this.#rowOf = new Int32Array(all).fill(FREE);
    this.#distance = new Float64Array(all).fill(Number.POSITIVE_INFINITY);
    this.#cameFrom = new Int32Array(all);
    this.#done = new Uint8Array(all);
  }

  /** Assigns a column to one more row, along the shortest path by reduced costs; rows on the path change their columns. */
  match(root: number): void {
    this.#rowPotential[root] = this.#cheapest(root);
    const touched: number[] = [];
    const scanned: number[] = [];
    let row = root;
    let reached = 0;
    let column: number;
    for (;;) {
      this.#relax(row, reached, touched);
      column = this.#nearest(touched);
      reached = this.#distance[column] as number;
      this.#done[column] = 1;
      if (this.#rowOf[column] === FREE) break;
      scanned.push(column);
      row = this.#rowOf[column] as number;
    }
    this.#raise(root, scanned, reached);
    this.#augment(root, column);
    for (const one of touched) {
      this.#distance[one] = Number.POSITIVE_INFINITY;
      this.#done[one] = 0;
    }
  }

  answer(): Int32Array {
    return this.#columnOf.map((column) => (column < this.#columns ? column : FREE));
  }

  #cheapest(row: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let at = this.#start[row] as number; at < (this.#start[row + 1] as number); at += 1) {
      const reduced = (this.#cost[at] as number) - (this.#columnPotential[this.#to[at] as number] as number);
      if (reduced < least) least = reduced;
    }
    return least;
  }

  #relax(row: number, reached: number, touched: number[]): void {
    const base = reached - (this.#rowPotential[row] as number);
    for (let at = this.#start[row] as number; at < (this.#start[row + 1] as number); at += 1) {
      const column = this.#to[at] as number;
      if (this.#done[column] === 1) continue;
      const distance = base + (this.#cost[at] as number) - (this.#columnPotential[column] as number);
      const known = this.#distance[column] as number;
      if (distance >= known) continue;
      if (known === Number.POSITIVE_INFINITY) touched.push(column);
      this.#distance[column] = distance;
      this.#cameFrom[column] = row;
    }
  }

  #nearest(touched: readonly number[]): number {
    let best = FREE;
    let least = Number.POSITIVE_INFINITY;
    for (const column of touched) {
      if (this.#done[column] === 1) continue;
      const distance = this.#distance[column] as number;
      if (distance < least || (distance === least && column < best)) {
        least = distance;
        best = column;
      }
    }
    return best;
  }

  /** Keeps every reduced cost at or above 0, and at 0 along matched edges. */
  #raise(root: number, scanned: readonly number[], reached: number): void {
    this.#rowPotential[root] = (this.#rowPotential[root] as number) + reached;
    for (const column of scanned) {
      const gain = reached - (this.#distance[column] as number);
      const row = this.#rowOf[column] as number;
      this.#columnPotential[column] = (this.#columnPotential[column] as number) - gain;
      this.#rowPotential[row] = (this.#rowPotential[row] as number) + gain;
    }
  }

  #augment(root: number, end: number): void {
    let column = end;
    for (;;) {
      const row = this.#cameFrom[column] as number;
      const before = this.#columnOf[row] as number;
      this.#columnOf[row] = column;
      this.#rowOf[column] = row;
      if (row === root) return;
      column = before;
    }
  }
}
