import { type Spread, spreadText } from './report-text.ts';

/** A figure with what was wanted of it. */
export interface Wanted {
  readonly what: string;
  readonly measured: string;
  /** Null where nothing is wanted: the figure is only shown. */
  readonly met: boolean | null;
}

/** Of several rounds; the median decides. */
export const atMost = (limit: number, what: string, found: Spread): Wanted => ({
  ...shown(`${what} (wanted ≤ ${limit})`, found),
  met: found.median <= limit,
});

export const atLeast = (limit: number, what: string, found: Spread): Wanted => ({
  ...shown(`${what} (wanted ≥ ${limit})`, found),
  met: found.median >= limit,
});

export const shown = (what: string, found: Spread): Wanted => ({
  what,
  measured: spreadText(found, 2),
  met: null,
});

/** A line for each; a missed one is told as missed. */
export function wantedLines(wanted: readonly Wanted[]): string[] {
  const whatWidth = Math.max(0, ...wanted.map(({ what }) => what.length));
  const measuredWidth = Math.max(0, ...wanted.map(({ measured }) => measured.length));
  return wanted.map(({ what, measured, met }) =>
    `${what.padEnd(whatWidth)}  ${measured.padStart(measuredWidth)}  ${verdict(met)}`.trimEnd(),
  );
}

const verdict = (met: boolean | null): string => (met === null ? '' : met ? 'met' : '← missed');
