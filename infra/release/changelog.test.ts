import { expect, test } from 'vitest';
import { ChangelogError, releaseChangelog, releaseNotes } from './changelog.ts';

const HEAD = '# Changelog\n\nKept by hand.\n\n';
const ENTRIES = '### Added\n- One thing.\n- Another,\n  on two lines.\n\n### Fixed\n- A defect.\n';

test('OPS-49: notes are what stands under Unreleased, without empty headings', () => {
  const changelog = `${HEAD}## Unreleased\n\n### Added\n- One thing.\n\n### Changed\n\n### Fixed\n- A defect.\n\n## 0.1.0 - 2026-01-02\n\n- Old.\n`;
  expect(releaseNotes(changelog)).toBe('### Added\n- One thing.\n\n### Fixed\n- A defect.');
});

test('OPS-49: Unreleased becomes the version with its date, under a new empty Unreleased; older versions stay', () => {
  const old = '## 0.1.0 - 2026-01-02\n\n### Added\n- Old.\n';
  expect(releaseChangelog(`${HEAD}## Unreleased\n\n${ENTRIES}\n${old}`, '0.2.0', '2026-11-30')).toBe(
    `${HEAD}## Unreleased\n\n## 0.2.0 - 2026-11-30\n\n${ENTRIES}\n${old}`,
  );
  expect(releaseChangelog(`${HEAD}## Unreleased\n\n${ENTRIES}`, '0.1.0', '2026-11-30')).toBe(
    `${HEAD}## Unreleased\n\n## 0.1.0 - 2026-11-30\n\n${ENTRIES}`,
  );
});

test('OPS-49: released twice, nothing is lost or doubled', () => {
  const first = releaseChangelog(`${HEAD}## Unreleased\n\n${ENTRIES}`, '0.1.0', '2026-11-30');
  const more = first.replace('## Unreleased\n', '## Unreleased\n\n### Added\n- Later.\n');
  const second = releaseChangelog(more, '0.2.0', '2026-12-01');
  expect(second).toContain('## 0.2.0 - 2026-12-01\n\n### Added\n- Later.\n\n## 0.1.0 - 2026-11-30\n');
  expect(second.match(/- A defect\./g)).toHaveLength(1);
});

test.each([
  ['no heading', `${HEAD}## 0.1.0 - 2026-01-02\n\n- Old.\n`],
  ['no entry', `${HEAD}## Unreleased\n\n## 0.1.0 - 2026-01-02\n\n- Old.\n`],
  ['headings alone', `${HEAD}## Unreleased\n\n### Added\n\n### Fixed\n`],
])('OPS-49: a change log with %s is refused', (_, changelog) => {
  expect(() => releaseNotes(changelog)).toThrow(ChangelogError);
  expect(() => releaseChangelog(changelog, '0.2.0', '2026-11-30')).toThrow(ChangelogError);
});
