/**
 * Colours of one theme. Each line has at least 3:1 against the background (WCAG 1.4.11), and dashes from the fifth line on.
 * @typedef {object} PlotColours
 * @property {readonly string[]} lines
 * @property {string} text
 * @property {string} grid
 * @property {Readonly<Record<string, string>>} marks
 * @property {Readonly<Record<string, string>>} bands
 */

/** @type {PlotColours} */
const LIGHT = {
  lines: ['#1763c6', '#c2570c', '#0b7a6f', '#8250df', '#cf222e', '#7a6a00', '#b0307f', '#57606a'],
  text: '#4b5563',
  grid: '#e5e8ee',
  marks: { phase: '#6b7280', fault: '#c01f2b', healed: '#a45a00', recovered: '#187a3c', note: '#6b7280' },
  bands: { broken: 'rgba(207, 34, 46, 0.10)', recovering: 'rgba(200, 140, 0, 0.10)' },
};

/** @type {PlotColours} */
const DARK = {
  lines: ['#62a8ff', '#f0914a', '#3fc7ba', '#bd93ff', '#ff7f78', '#d4c25a', '#f47fc0', '#a3adb8'],
  text: '#a7b0bf',
  grid: '#272e3a',
  marks: { phase: '#8b95a5', fault: '#ff7f78', healed: '#e3b341', recovered: '#56d364', note: '#8b95a5' },
  bands: { broken: 'rgba(255, 110, 105, 0.13)', recovering: 'rgba(227, 179, 65, 0.12)' },
};

export const darkTheme = matchMedia('(prefers-color-scheme: dark)');

export const plotColours = () => (darkTheme.matches ? DARK : LIGHT);

/** @param {number} line */
export const lineColour = (line) => plotColours().lines[line % LIGHT.lines.length] ?? LIGHT.text;

/** @param {number} line */
export const dashOf = (line) => (line < 4 ? [] : [6, 3]);
