import { type Spread, spreadText } from './spread.ts';

/** A figure beside its target. */
export interface Target {
  readonly what: string;
  readonly measured: string;
  /** Null where there is no target, or where it could not be decided: the figure is only shown. */
  readonly met: boolean | null;
}

/** The median of the rounds decides. */
export const atMost = (limit: number, what: string, found: Spread): Target => ({
  ...shown(`${what} (target ≤ ${limit})`, found),
  met: found.median <= limit,
});

export const atLeast = (limit: number, what: string, found: Spread): Target => ({
  ...shown(`${what} (target ≥ ${limit})`, found),
  met: found.median >= limit,
});

export const shown = (what: string, found: Spread): Target => ({
  what,
  measured: spreadText(found, 2),
  met: null,
});

/** One line for each target, with its verdict. */
export function targetLines(targets: readonly Target[]): string[] {
  const whatWidth = Math.max(0, ...targets.map(({ what }) => what.length));
  const measuredWidth = Math.max(0, ...targets.map(({ measured }) => measured.length));
  return targets.map(({ what, measured, met }) =>
    `${what.padEnd(whatWidth)}  ${measured.padStart(measuredWidth)}  ${verdict(met)}`.trimEnd(),
  );
}

const verdict = (met: boolean | null): string => (met === null ? '' : met ? 'met' : '← missed');
