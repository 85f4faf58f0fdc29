/** What one step of a test run counted; lint and type check count as one test each. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  /** `file > test — reason`, one each. */
  readonly skipped: readonly string[];
  /** `file > test`, one each. */
  readonly failures: readonly string[];
};

export const EMPTY_TALLY: Tally = { passed: 0, failed: 0, skipped: [], failures: [] };

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    skipped: tallies.flatMap(({ skipped }) => skipped),
    failures: tallies.flatMap(({ failures }) => failures),
  };
}

/** The end of a run's output; its very last line is what other programs read. */
export function closingLines(tally: Tally): string[] {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  ${item}`)];
  return [
    ...list('skipped', tally.skipped),
    ...list('failed', tally.failures),
    '',
    `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`,
  ];
}
