import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const THIS_FILE = 'tests/cited-sources.test.ts';
const DECISIONS = 'docs/decisions/';
const TEMPLATE = ['Context', 'Decision', 'Alternatives', 'Consequences', 'Figures'];
/** `docs/design/matching.md, "Cost"`: a path, and a heading of that page. A comment's line break may lie between the two. */
const CITED_PATH = /(?<![\w/.-])docs\/[\w./-]*\w(?:,[\s*]+"([^"\n]+)")?/g;
/** `decision 0085`, `decisions 0034 and 0133`, `[0085](…)` in a decision page. */
const CITED_DECISIONS = /\bdecisions? (0\d{3})\b(?:(?:,| and|,? or| to) (0\d{3})\b)*/gi;
const LINK = /\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g;

const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(
    (file) => /(\.(tsx?|mjs|lua|java|css|html|md)|^rideline)$/.test(file) && existsSync(join(root, file)),
  )
  .filter((file) => file !== THIS_FILE)
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const pages = files.filter(({ file }) => file.startsWith(DECISIONS) && /\/\d{4}-[^/]+\.md$/.test(file));
const numbers = new Set(pages.map(({ file }) => file.slice(DECISIONS.length, DECISIONS.length + 4)));

const headingsOf = (path: string) =>
  [...readFileSync(join(root, path), 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading as string);
/** The anchors that GitHub makes of the headings of a page: one that repeats gets a number. */
function anchorsOf(headings: readonly string[]): Set<string> {
  const anchors = new Set<string>();
  const times = new Map<string, number>();
  for (const heading of headings) {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = times.get(anchor) ?? 0;
    times.set(anchor, before + 1);
    anchors.add(before === 0 ? anchor : `${anchor}-${before}`);
  }
  return anchors;
}

it('OPS-48: every docs path that a file cites exists, with the heading that is named', () => {
  const faults: string[] = [];
  for (const { file, text } of files) {
    for (const [cited, heading] of text.matchAll(CITED_PATH)) {
      const path = cited.replace(/,[\s*]+".*$/s, '');
      const exact = existsSync(join(root, path))
        ? path
        : pages.find((page) => page.file.startsWith(`${path}-`))?.file;
      if (exact === undefined) faults.push(`${file} cites ${path}`);
      else if (heading && exact.endsWith('.md') && !headingsOf(exact).includes(heading))
        faults.push(`${file} cites ${path}, "${heading}"`);
    }
  }
  expect(faults).toEqual([]);
});

it('OPS-48: every decision number that a file cites has a page', () => {
  const faults = files.flatMap(({ file, text }) =>
    [...text.matchAll(CITED_DECISIONS)]
      .flatMap(([cited]) => cited.match(/0\d{3}/g) ?? [])
      .filter((number) => !numbers.has(number))
      .map((number) => `${file} cites decision ${number}`),
  );
  expect(faults).toEqual([]);
});

it('OPS-48: every relative link of a document leads to a file, and to a heading when it names one', () => {
  const faults: string[] = [];
  for (const { file, text } of files.filter(({ file }) => file.endsWith('.md'))) {
    for (const [, link = '', anchor] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(LINK)) {
      const path = link === '' ? file : join(dirname(file), link);
      if (!existsSync(join(root, path))) faults.push(`${file} links to ${path}`);
      else if (anchor && path.endsWith('.md') && !anchorsOf(headingsOf(path)).has(anchor))
        faults.push(`${file} links to ${path}#${anchor}`);
    }
  }
  expect(faults).toEqual([]);
});

it('OPS-48: every decision page follows the template and is in the index', () => {
  const index = readFileSync(join(root, DECISIONS, 'README.md'), 'utf8');
  const faults: string[] = [];
  for (const { file, text } of pages) {
    const name = file.slice(DECISIONS.length);
    if (!text.startsWith(`# ${name.slice(0, 4)}: `)) faults.push(`${name}: title`);
    for (const line of [/^- Status: ./m, /^- Date: \d{4}-\d{2}-\d{2}$/m])
      if (!line.test(text)) faults.push(`${name}: ${line.source}`);
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    if (headings.join() !== TEMPLATE.join()) faults.push(`${name}: headings ${headings.join(', ')}`);
    if (!index.includes(`](${name})`)) faults.push(`${name}: not in the index`);
  }
  expect(faults).toEqual([]);
  expect(pages.length).toBeGreaterThan(50);
  expect(numbers.size).toBe(pages.length);
});

/** A path of this repository in backticks, as prose names files: `packages/fleet/src/fixes/fix-log.ts`, `tests/simulator`. */
const NAMED_PATH =
  /`((?:packages|realtime|api|workers|mobile-sdk|dashboard|infra|load|tests)\/[\w./-]*[\w/])(?::\d+)?`/g;

it('OPS-48: every file or folder of the code that a document names exists', () => {
  const faults = files
    .filter(({ file }) => file.endsWith('.md') && file !== 'CHANGELOG.md')
    .flatMap(({ file, text }) =>
      [...text.matchAll(NAMED_PATH)]
        .map(([, path]) => path as string)
        .filter((path) => !existsSync(join(root, path)))
        .map((path) => `${file} names ${path}`),
    );
  expect(faults).toEqual([]);
});
