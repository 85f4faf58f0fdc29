import type { InvariantRecord } from '../run-report.ts';

const MOST_SHOWN = 5;

/** The verdict for the terminal: a line for each invariant, and the first violations. */
export function checkText(records: readonly InvariantRecord[]): string {
  return records.flatMap(linesOf).join('\n');
}

function linesOf({
  id,
  what,
  verdict,
  examined,
  violations,
  violationsTotal,
  note,
}: InvariantRecord): string[] {
  const mark = { holds: 'holds', violated: 'VIOLATED', 'not-checked': 'not checked' }[verdict];
  const shown = violations.slice(0, MOST_SHOWN);
  const more = violationsTotal - shown.length;
  return [
    `  ${mark}: ${id} (${examined} examined${violationsTotal > 0 ? `, ${violationsTotal} violations` : ''})`,
    ...(verdict === 'holds' ? [] : [`    ${what}`]),
    ...(note === null ? [] : [`    ${note}`]),
    ...shown.map((text) => `    - ${text}`),
    ...(more > 0 ? [`    … and ${more} more`] : []),
  ];
}
