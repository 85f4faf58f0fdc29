const UNRELEASED = '## Unreleased';
const VERSION_HEADING = /^## (?!Unreleased)/m;

/** A change log that cannot be released from. */
export class ChangelogError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ChangelogError';
  }
}

type Parts = { readonly head: string; readonly unreleased: string; readonly released: string };

function partsOf(changelog: string): Parts {
  const start = changelog.indexOf(`${UNRELEASED}\n`);
  if (start < 0) throw new ChangelogError(`CHANGELOG.md has no heading "${UNRELEASED}"`);
  const bodyStart = start + UNRELEASED.length + 1;
  const next = changelog.slice(bodyStart).search(VERSION_HEADING);
  const bodyEnd = next < 0 ? changelog.length : bodyStart + next;
  return {
    head: changelog.slice(0, start),
    unreleased: changelog.slice(bodyStart, bodyEnd).trim(),
    released: changelog.slice(bodyEnd),
  };
}

/**
 * Release notes: what stands under "Unreleased", without headings that have no entry.
 * @throws ChangelogError when there is no entry at all
 */
export function releaseNotes(changelog: string): string {
  const { unreleased } = partsOf(changelog);
  const sections = unreleased.split(/^(?=### )/m).map((section) => section.trim());
  const filled = sections.filter((section) => section.split('\n').some((line) => /^[-*] \S/.test(line)));
  if (filled.length === 0) throw new ChangelogError('nothing stands under "Unreleased" in CHANGELOG.md');
  return filled.join('\n\n');
}

/** The change log with "Unreleased" as `version` of `date` (YYYY-MM-DD), under a new empty "Unreleased". */
export function releaseChangelog(changelog: string, version: string, date: string): string {
  const notes = releaseNotes(changelog);
  const { head, released } = partsOf(changelog);
  const body = `${head}${UNRELEASED}\n\n## ${version} - ${date}\n\n${notes}\n`;
  return released === '' ? body : `${body}\n${released}`;
}
