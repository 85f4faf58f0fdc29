import { readFileSync } from 'node:fs';

/** In the order in which they need each other. */
const FILES = [
  'format-value',
  'plot-colours',
  'event-marks',
  'plot-lines',
  'plot-keyboard',
  'plot-options',
  'draw-plots',
] as const;

/**
 * The script of a page: the files of `browser/` as one function. They are JavaScript with types in comments, because Node can remove types
 * from a text only as an experimental feature, with a warning. An inlined script can import nothing, so imports and the word
 * `export` are removed; the names of all files share one scope.
 */
export function browserScript(): string {
  const parts = FILES.map((name) =>
    readFileSync(new URL(`browser/${name}.js`, import.meta.url), 'utf8')
      .replaceAll(/^import [^;]*;$/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `(() => {\n'use strict';\n${parts.join('\n')}\n})();`;
}
