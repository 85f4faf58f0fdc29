/** Text that is HTML already. Whatever else a template receives is plain text and is escaped. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type HtmlPart = Html | string | number | null | readonly HtmlPart[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

function textOf(part: HtmlPart): string {
  if (part === null) return '';
  if (part instanceof Html) return part.toString();
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(textOf).join('');
}

/** A template whose parts are escaped unless they are Html themselves; lists are joined, null is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.map((text, at) => text + textOf(parts[at] ?? null)).join(''));
}

/** Longer text ends in an ellipsis: the report's JSON has all of it, and the page stays within its size. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not between the halves of a surrogate pair: half a character is no valid UTF-8.
  return `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Titles of a scenario's metrics are phrases ("requesting a trip"); names without a space, as Artillery has them, stay as they are. */
export const capitalized = (text: string): string =>
  text.includes(' ') ? text.charAt(0).toUpperCase() + text.slice(1) : text;
