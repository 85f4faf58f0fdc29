import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { allScenarios } from '@rideline/load/lab/scenarios/catalogue';
import { expect, it } from 'vitest';

const PAGE = join(import.meta.dirname, '../docs/load-testing.md');
const TABLE = /<!-- scenarios: [^>]*-->\n([\s\S]*?)\n<!-- end of scenarios -->/;

function tableOf(scenarios: ReturnType<typeof allScenarios>): string {
  const rows = scenarios.map(({ name, summary, defaults: { users, minutes, rate }, file }) => {
    const cells = [
      `\`${name}\``,
      summary,
      users.toLocaleString('en-GB'),
      String(minutes),
      rate === null ? '–' : rate.toLocaleString('en-GB'),
      `\`${file}\``,
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| scenario | what happens | users | minutes | rate | file in load/artillery |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

it('LOAD-34: the table of scenarios in docs/load-testing.md is that of the catalogue, with its defaults', () => {
  const [, table = ''] = TABLE.exec(readFileSync(PAGE, 'utf8')) ?? [];
  expect(table).toBe(tableOf(allScenarios()));
});
