import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const RULE = /\b[A-Z]{3,6}-\d+\b/g;
const TITLE = /\b(?:it|test)(?:\.\w+(?:\([^)]*\))?)*\(\s*[`'"]([A-Z]{3,6}-\d+)/g;

function filesUnderTest(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.split('\n').filter((file) => file !== '');
}

const spec = readFileSync(join(root, 'SPEC.md'), 'utf8');
const rules = new Set(
  spec.split('\n').flatMap((line) => /^- \*\*([A-Z]{3,6}-\d+)\*\*/.exec(line)?.[1] ?? []),
);
const proved = new Map<string, string>();
for (const file of filesUnderTest()) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const [, rule] of text.matchAll(TITLE)) if (rule) proved.set(rule, file);
  // The titles of it.each follow the table: any title-like use of a rule counts as its proof.
  for (const [rule] of text.matchAll(RULE))
    if (new RegExp(`[\`'"]${rule}: `).test(text)) proved.set(rule, file);
}

it('OPS-2: every rule of SPEC.md is proved by a test that carries its number', () => {
  expect([...rules].filter((rule) => !proved.has(rule))).toEqual([]);
});

it('OPS-2: every number that a test carries is a rule of SPEC.md', () => {
  const unknown = [...proved]
    .filter(([rule]) => !rules.has(rule))
    .map(([rule, file]) => `${rule} in ${file}`);
  expect(unknown).toEqual([]);
});

it('OPS-2: rules stand in numeric order in their chapter, each number once', () => {
  const numbers = [...spec.matchAll(/^- \*\*([A-Z]+)-(\d+)\*\*/gm)].map(([, chapter = '', number]) => ({
    chapter,
    number: Number(number),
  }));
  const faults = numbers.filter(({ chapter, number }, at) => {
    const before = numbers[at - 1];
    return before?.chapter === chapter && before.number >= number;
  });
  expect(faults).toEqual([]);
});
