export interface RowRange {
  readonly first: number;
  /** One past the last row. */
  readonly end: number;
}

/** Rows drawn above and below the visible ones, so that a quick scroll shows no gap. */
const OVERSCAN_ROWS = 6;

/** The rows to draw of `count` rows of equal height. */
export function rowsInView(scrollTop: number, height: number, rowHeight: number, count: number): RowRange {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN_ROWS);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + OVERSCAN_ROWS);
  return { first: Math.min(first, Math.max(0, end)), end };
}

/** The scroll position that shows a whole row below the sticky header; null when it is in view already. */
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
