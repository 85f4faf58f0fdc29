export type Command =
  | 'close'
  | 'search'
  | 'next'
  | 'previous'
  | 'first'
  | 'last'
  | 'follow'
  | 'kind'
  | 'help';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** The focus is where text is written. */
  readonly inText: boolean;
  /** The focus is on the map, whose arrows move the map. */
  readonly onMap: boolean;
}

/** The page's keys, as its help lists them. */
export const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search'],
  [['t'], 'Cabs, trips or documents'],
  [['↓', '↑'], 'Next and previous row of the list'],
  [['Home', 'End'], 'First and last row of the list'],
  [['f'], 'Follow the chosen cab, or stop'],
  [['Esc'], 'Close what is open, clear the search'],
  [['+', '−', 'arrows'], 'Zoom and move the map, when the map has the focus'],
  [['?'], 'These keys'],
];

/** What a key does, null when it is the browser's. Arrows walk the list from the search field too. */
export function commandFor(press: KeyPress): Command | null {
  if (press.ctrlKey || press.metaKey || press.altKey) return null;
  switch (press.key) {
    case 'Escape':
      return 'close';
    case 'ArrowDown':
      return press.onMap ? null : 'next';
    case 'ArrowUp':
      return press.onMap ? null : 'previous';
    default:
      return press.inText ? null : letterCommand(press.key);
  }
}

function letterCommand(key: string): Command | null {
  switch (key) {
    case '/':
      return 'search';
    case 'Home':
      return 'first';
    case 'End':
      return 'last';
    case 'f':
      return 'follow';
    case 't':
      return 'kind';
    case '?':
      return 'help';
    default:
      return null;
  }
}
