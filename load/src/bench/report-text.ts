import { cpus, totalmem } from 'node:os';

/** The machine that the figures were measured on. */
export function machineText(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown CPU'}, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** Machine and day: the caption of a saved figure. */
export function measuredText(): string {
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date());
  return `${machineText()} · ${day}`;
}

/** One line for each figure whose open loop lagged behind its rate; `lateShare` of its frames. */
export const lateLines = (
  figures: readonly { readonly name: string; readonly lateShare: number }[],
): string[] =>
  figures
    .filter(({ lateShare }) => lateShare > 0)
    .map(
      ({ name, lateShare }) =>
        `${name}: ${(lateShare * 100).toFixed(2)} % of the frames could not be sent in time`,
    );

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
