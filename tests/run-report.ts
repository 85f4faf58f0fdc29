/** What one step of a test run counted; lint and type check count as one test each. */
export type Tally = {
  readonly passed: number;
  readonly failed: number;
  /** `file > test — reason`, one each. */
  readonly skipped: readonly string[];
  /** `file > test`, one each. */
  readonly failures: readonly string[];
  readonly kinds: readonly FileKind[];
};

/** The files of one vitest project. */
export type FileKind = {
  readonly name: string;
  readonly files: number;
  /** The sum of their times, although they run beside other files. */
  readonly ms: number;
};

export const EMPTY_TALLY: Tally = { passed: 0, failed: 0, skipped: [], failures: [], kinds: [] };

export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    skipped: tallies.flatMap(({ skipped }) => skipped),
    failures: tallies.flatMap(({ failures }) => failures),
    kinds: addKinds(tallies.flatMap(({ kinds }) => kinds)),
  };
}

/** One entry a name, the longest first. */
export function addKinds(kinds: readonly FileKind[]): FileKind[] {
  return [...Map.groupBy(kinds, ({ name }) => name)]
    .map(([name, parts]) => ({
      name,
      files: parts.reduce((sum, { files }) => sum + files, 0),
      ms: parts.reduce((sum, { ms }) => sum + ms, 0),
    }))
    .sort((a, b) => b.ms - a.ms);
}

/** The end of a run's output; its very last line is what other programs read. */
export function closingLines(tally: Tally): string[] {
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', `${title}:`, ...items.map((item) => `  ${item}`)];
  const kinds = tally.kinds.map(
    ({ name, files, ms }) => `${name}: ${files} files, ${Math.round(ms / 1000)} s`,
  );
  return [
    ...list('time by kind of file (they run beside each other)', kinds),
    ...list('skipped', tally.skipped),
    ...list('failed', tally.failures),
    '',
    `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped.length} skipped`,
  ];
}
