import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { browserScript } from './browser-script.ts';
import { Html, html } from './html.ts';
import type { PlotData } from './plot-data.ts';

/** No page is larger, whatever the report holds; a page of an ordinary run has less than a tenth of it. */
export const MOST_PAGE_BYTES = 10 * 2 ** 20;

export interface Section {
  /** For links within the page. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}

export interface PageParts {
  readonly title: string;
  readonly header: Html;
  readonly sections: readonly Section[];
  readonly data: PlotData;
}

const resolved = createRequire(import.meta.url);
const fileText = (path: string | URL): string => readFileSync(path, 'utf8');
const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * A whole HTML file: styles, plotting library, script and data are inside, and its policy allows nothing else, so that it opens from a
 * disk and requests nothing. Text of a report can neither end an element nor run.
 */
export function pageDocument({ title, header, sections, data }: PageParts): string {
  const style = `${fileText(resolved.resolve('uplot/dist/uPlot.min.css'))}\n${fileText(new URL('page.css', import.meta.url))}`;
  const library = fileText(resolved.resolve('uplot/dist/uPlot.iife.min.js'));
  const script = browserScript();
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(library)} ${hashOf(script)}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<div class="page">
${header}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#section-${id}">${name}</a></li>`)}</ul></nav>
<main id="main">
<noscript><p class="noscript">The plots need JavaScript. Each of them has its figures as a table.</p></noscript>
${sections.map(({ id, title: name, body }) => html`<section id="section-${id}"><h2>${name}</h2>${body}</section>\n`)}
</main>
<footer>Plots: uPlot (MIT). Drag over a plot to zoom, double-click to see the whole run again; the cursor moves on all plots at once.</footer>
</div>
<script type="application/json" id="plot-data">${new Html(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>
<script>${new Html(library)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.toString();
}
