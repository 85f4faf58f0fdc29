/** Maps a value to pixels. */
export type Scale = (value: number) => number;

export interface Axis {
  readonly scale: Scale;
  /** Round values within the axis, lowest first. */
  readonly ticks: readonly number[];
}

const ROUND_STEPS = [1, 2, 2.5, 5, 10] as const;

/**
 * A linear axis over `[least, greatest]` in about `count` round steps, drawn from pixel `from` to `to`. It ends at the first round value
 * that is not below the greatest; an empty or inverted range becomes one step wide.
 */
export function linearAxis(options: {
  least: number;
  greatest: number;
  from: number;
  to: number;
  count: number;
}): Axis {
  const { least, from, to } = options;
  const width = options.greatest - least;
  const step = roundStep((width > 0 ? width : 1) / options.count);
  const first = Math.floor(least / step);
  const last = Math.max(first + 1, Math.ceil((least + Math.max(width, 0)) / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, n) => tidy((first + n) * step));
  const [start, end] = [tidy(first * step), tidy(last * step)];
  return { ticks, scale: (value) => from + ((value - start) / (end - start)) * (to - from) };
}

function roundStep(rough: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ROUND_STEPS.find((each) => each * magnitude >= rough * 0.999) ?? 10;
  return step * magnitude;
}

/** Turns 0.30000000000000004 into 0.3. */
const tidy = (value: number) => Number(value.toPrecision(12));

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

/** Three significant digits; all digits of a whole part. */
export function figureText(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return (Math.abs(value) >= 1000 ? whole : threeDigits).format(value);
}
