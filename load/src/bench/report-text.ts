import { cpus, totalmem } from 'node:os';

/** Least, median and greatest of some runs. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { min: sorted[0] ?? Number.NaN, median: median ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Round by round, since runs of one round stand next to each other in time: what slows the machine down slows both. */
export function ratioByRound(above: readonly number[], below: readonly number[]): Spread {
  const rounds = Math.min(above.length, below.length);
  return spreadOf(above.slice(0, rounds).map((value, round) => value / (below[round] ?? Number.NaN)));
}

/** The value below which the share `q` of a sample lies; NaN for an empty one. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function spreadText({ min, median, max }: Spread, digits = 1): string {
  if (Number.isNaN(median)) return '–';
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/** Fixes of one stack: sent, and found in its database at the end. */
export interface Ledger {
  readonly subject: string;
  readonly sent: number;
  readonly stored: number;
}

export const addsUp = ({ sent, stored }: Omit<Ledger, 'subject'>): boolean => sent === stored;

export const ledgerText = ({ subject, ...ledger }: Ledger): string =>
  `ledger of ${subject}: ${ledger.sent} fixes sent, ${ledger.stored} stored${addsUp(ledger) ? '' : '  ← differs'}`;

/** A line for each whose open loop lagged; `lateShare` of its frames. */
export const lateLines = (
  figures: readonly { readonly name: string; readonly lateShare: number }[],
): string[] =>
  figures
    .filter(({ lateShare }) => lateShare > 0)
    .map(
      ({ name, lateShare }) =>
        `${name}: ${(lateShare * 100).toFixed(2)} % of the frames could not be sent in time`,
    );

/** What a figure was measured on. */
export function machineText(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown CPU'}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** The end of a kept figure: machine and day. */
export function measuredText(): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date());
  return `${machineText()} · ${day}`;
}

/** Columns padded for a terminal; the first is text, the others are figures. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [line(head), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
