import { type Html, type HtmlPart, html } from './html.ts';

export interface TableColumn {
  readonly title: string;
  /** Figures are aligned to the right. */
  readonly figures?: boolean;
}

/** A table that can be scrolled sideways on a phone, also with the keyboard; the first cell of each row names the row. */
export function table(
  caption: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly HtmlPart[])[],
): Html {
  const kind = (at: number) => (columns[at]?.figures === true ? 'figure' : 'text');
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}"><table>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title }, at) => html`<th scope="col" class="${kind(at)}">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) => html`<tr>${cells.map((cell, at) =>
      at === 0
        ? html`<th scope="row" class="${kind(0)}">${cell}</th>`
        : html`<td class="${kind(at)}">${cell}</td>`,
    )}</tr>
`,
  )}</tbody></table></div>`;
}

/** Said below a table that does not show all. */
export const moreNote = (shown: number, all: number, what: string): Html =>
  shown < all
    ? html`<p class="hint">${all - shown} more ${what} are in the JSON beside this page.</p>`
    : html``;
