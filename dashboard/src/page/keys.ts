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
  /** The focus is in a text field. */
  readonly inText: boolean;
  /** The focus is on the map, where the arrow keys pan. */
  readonly onMap: boolean;
}

/** The page's keyboard shortcuts, as listed in its help. */
export const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search'],
  [['t'], 'Switch between cabs, trips and documents'],
  [['↓', '↑'], 'Next and previous row'],
  [['Home', 'End'], 'First and last row'],
  [['f'], 'Follow the selected cab, or stop following'],
  [['Esc'], 'Close the open panel, or clear the search'],
  [['+', '−', 'arrows'], 'Zoom and pan the map while it has the focus'],
  [['?'], 'Show keyboard shortcuts'],
];

/** The command of a key, null when the key is left to the browser. Arrow keys move through the list from the search field too. */
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
