/** The frame of every chart. It has a background of its own, so that it reads the same on a light and on a dark page. */

export const INK = '#1f2328';
export const FAINT = '#d1d9e0';
const GROUND = '#ffffff';
const QUIET = '#59636e';
export const MARGIN = 20;
export const WIDTH = 880;
export const FONT_SIZE = 12;
/** Average for the fonts below at FONT_SIZE; without a browser text cannot be measured. */
const CHARACTER_WIDTH = 6.7;
const LINE_HEIGHT = 16;
const TITLE_HEIGHT = 34;
const LEGEND_LINE_HEIGHT = 20;
const LEGEND_MARK_WIDTH = 17;
const LEGEND_GAP = 16;

/**
 * Okabe and Ito, then Tol's muted palette: distinguishable for colour-blind people, and in grey by their order. A soak has eleven programs.
 */
const COLOURS = [
  '#0072b2',
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#d55e00',
  '#999999',
  '#b8a800',
  '#332288',
  '#882255',
  '#44aa99',
  '#000000',
] as const;

export const colourOf = (index: number): string => COLOURS[index % COLOURS.length] as string;

export const textWidth = (text: string): number => text.length * CHARACTER_WIDTH;

export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

interface TextOptions {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly attributes?: string;
}

export function svgText(x: number, y: number, text: string, options: TextOptions = {}): string {
  const { anchor = 'start', fill = INK, attributes = '' } = options;
  return `<text x="${pixels(x)}" y="${pixels(y)}" text-anchor="${anchor}" fill="${fill}" ${attributes}>${escapeXml(text)}</text>`;
}

export function svgLine(x1: number, y1: number, x2: number, y2: number, stroke = FAINT, width = 1): string {
  return `<line x1="${pixels(x1)}" y1="${pixels(y1)}" x2="${pixels(x2)}" y2="${pixels(y2)}" stroke="${stroke}" stroke-width="${width}"/>`;
}

/** A tenth of a pixel is finer than the eye sees, and keeps the files small. */
export const pixels = (value: number): string => String(Math.round(value * 10) / 10);

interface LegendEntry {
  readonly name: string;
  readonly x: number;
  readonly line: number;
}

/** The position of each name, on as many lines as needed; none for fewer than two names. */
function legendEntries(names: readonly string[]): LegendEntry[] {
  if (names.length < 2) return [];
  let [x, line] = [MARGIN, 0];
  return names.map((name) => {
    const width = LEGEND_MARK_WIDTH + textWidth(name);
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, line] = [MARGIN, line + 1];
    const entry = { name, x, line };
    x += width + LEGEND_GAP;
    return entry;
  });
}

function legend(names: readonly string[]): string {
  return legendEntries(names)
    .map(({ name, x, line }, index) => {
      const y = TITLE_HEIGHT + 6 + line * LEGEND_LINE_HEIGHT;
      return `<rect x="${pixels(x)}" y="${y}" width="12" height="12" rx="2" fill="${colourOf(index)}"/>${svgText(x + LEGEND_MARK_WIDTH, y + 10, name)}`;
    })
    .join('');
}

/** Where the body of a chart begins, pixels from its top. */
export function bodyTop(names: readonly string[]): number {
  const lines = (legendEntries(names).at(-1)?.line ?? -1) + 1;
  return TITLE_HEIGHT + (lines === 0 ? 0 : lines * LEGEND_LINE_HEIGHT + 4) + 8;
}

/** A whole chart: title, colours of `names`, the body (drawn from `bodyTop` to `bottom`), and the note in small print below. */
export function svgPicture(options: {
  title: string;
  names: readonly string[];
  body: string;
  bottom: number;
  note: string;
}): string {
  const { title, names, body, bottom, note } = options;
  const lines = wrapped(note, Math.floor((WIDTH - 2 * MARGIN) / (CHARACTER_WIDTH * 0.9)));
  const height = bottom + 14 + lines.length * LINE_HEIGHT + MARGIN / 2;
  const noteText = lines.map((line, index) =>
    svgText(MARGIN, bottom + 18 + index * LINE_HEIGHT, line, { fill: QUIET, attributes: 'font-size="11"' }),
  );
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${WIDTH}" height="${pixels(height)}" viewBox="0 0 ${WIDTH} ${pixels(height)}" font-family="system-ui, 'DejaVu Sans', Verdana, sans-serif" font-size="${FONT_SIZE}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${pixels(height)}" rx="8" fill="${GROUND}"/>`,
    svgText(MARGIN, 26, title, { attributes: 'font-size="15" font-weight="600"' }),
    legend(names),
    body,
    ...noteText,
    '</svg>',
  ].join('\n')}\n`;
}

function wrapped(text: string, mostCharacters: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && line.length + 1 + word.length > mostCharacters) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    if (line !== '') lines.push(line);
  }
  return lines;
}
