import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseOptions } from '../local/arguments.ts';
import { LaunchError, UsageError } from '../local/launch-error.ts';
import { ROOT } from '../local/paths.ts';
import { runCommand } from '../local/run-command.ts';
import { ChangelogError, releaseChangelog, releaseNotes } from './changelog.ts';
import { bumpLock, bumpManifest, bumpSource, nextVersion, SOURCES_WITH_VERSION } from './version.ts';

const BRANCH = 'main';
const USAGE = 'Give major, minor, patch or a version, and --dry-run to change nothing';

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Everything that would stop a release, found before anything is changed. */
function obstacles(tag: string): string[] {
  return [
    ...(git('status', '--porcelain') === '' ? [] : ['the working tree has uncommitted changes']),
    ...(git('branch', '--show-current') === BRANCH ? [] : [`the branch is not ${BRANCH}`]),
    ...(git('tag', '--list', tag) === '' ? [] : [`the tag ${tag} exists`]),
  ];
}

function assertGreen(): void {
  const { status } = spawnSync(join(ROOT, 'rideline'), ['test'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new LaunchError('./rideline test failed', 'Fix it first; nothing was changed');
}

/** The files that a release changes, with their new texts. */
function changedFiles(current: string, version: string, date: string): Map<string, string> {
  const manifests = git('ls-files', 'package.json', '*/package.json').split('\n');
  const locks = git('ls-files', 'package-lock.json', '*/package-lock.json').split('\n');
  return new Map([
    ...manifests.map((file) => [file, bumpManifest(read(file), version)] as const),
    ...SOURCES_WITH_VERSION.map((file) => [file, bumpSource(read(file), current, version)] as const),
    ...locks.map((file) => [file, bumpLock(read(file), version)] as const),
    ['CHANGELOG.md', releaseChangelog(read('CHANGELOG.md'), version, date)],
  ]);
}

/**
 * `node infra/release/release.ts major|minor|patch|VERSION [--dry-run]`: from a clean `main` with green tests, sets the version of every
 * package.json, moves "Unreleased" of CHANGELOG.md under the version, commits and tags, and prints the notes. It pushes nothing.
 * `--dry-run` runs no test and changes nothing.
 */
async function release(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(args, { 'dry-run': { type: 'boolean', default: false } }, 1);
  const current = (JSON.parse(read('package.json')) as { version: string }).version;
  const [requested] = positionals;
  if (requested === undefined) throw new UsageError('release needs a version', USAGE);
  const version = nextVersion(current, requested);
  if (version === null) throw new UsageError(`'${requested}' is not a version above ${current}`, USAGE);

  const tag = `v${version}`;
  const found = obstacles(tag);
  const date = new Date().toISOString().slice(0, 10);
  const files = changedFiles(current, version, date);
  const notes = releaseNotes(read('CHANGELOG.md'));
  if (values['dry-run']) {
    for (const obstacle of found) console.log(`in the way: ${obstacle}`);
    console.log(`${current} -> ${version}; would change ${[...files.keys()].join(', ')}; would tag ${tag}`);
    console.log(`\n${notes}`);
    return;
  }
  if (found.length > 0) throw new LaunchError(found.join('; '), 'Nothing was changed');
  assertGreen();
  for (const [file, text] of files) writeFileSync(join(ROOT, file), text);
  git('commit', '--quiet', '-m', `chore(release): ${tag}`, '--', ...files.keys());
  // Markdown headings start with '#', which git would strip as comments.
  git('tag', '--annotate', '--cleanup=verbatim', '-m', `Rideline ${version}\n\n${notes}`, tag);
  console.log(notes);
  console.error(`\n${tag} is committed and tagged. Publish it: git push origin ${BRANCH} ${tag}`);
}

await runCommand(async () => {
  try {
    await release(process.argv.slice(2));
  } catch (error) {
    throw error instanceof ChangelogError ? new LaunchError(error.message, 'Nothing was changed') : error;
  }
});
