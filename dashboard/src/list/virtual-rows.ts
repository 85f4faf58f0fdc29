export interface RowRange {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows above and below the visible ones that are drawn too, so that a quick scroll shows no gap. */
const OVERSCAN = 6;

/** The rows to draw of `count` rows of one height. */
export function rowsInView(scrollTop: number, height: number, rowHeight: number, count: number): RowRange {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN);
  return { first: Math.min(first, Math.max(0, end)), end };
}

/** The scroll position that shows a whole row below a sticky header, null when it is in view already. */
export function scrollToRow(
  row: number,
  scrollTop: number,
  height: number,
  rowHeight: number,
  headerHeight: number,
): number | null {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight + headerHeight;
  return bottom > scrollTop + height ? bottom - height : null;
}
