import { ROW_HEIGHT_PIXELS } from './use-virtual-rows.ts';

/** Takes the space of rows that are not drawn. */
export function RowSpacer({ rows }: { rows: number }) {
  const height = `${rows * ROW_HEIGHT_PIXELS}px`;
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row that cannot be focused
  return <tr class="rows-space" aria-hidden="true" style={{ height }} />;
}
