import { expect, it } from 'vitest';
import { Findings, NOTHING_TO_EXAMINE } from './findings.ts';

it('LOAD-55: a hundred violations are listed and all are counted', () => {
  const findings = new Findings('id', 'what');
  findings.examine(500);
  for (let at = 0; at < 500; at += 1) findings.violate(`fault ${at} ${'x'.repeat(3000)}`);
  const record = findings.record();
  expect(record).toMatchObject({ verdict: 'violated', examined: 500, violationsTotal: 500 });
  expect(record.violations).toHaveLength(100);
  expect(record.violations[0]).toHaveLength(2000);
});

it('LOAD-62: nothing examined is not a pass, and neither is what could not be examined', () => {
  const findings = new Findings('id', 'what');
  expect(findings.record()).toMatchObject({ verdict: 'not-checked', note: NOTHING_TO_EXAMINE });
  findings.examine();
  findings.remark('a remark');
  expect(findings.record()).toMatchObject({ verdict: 'holds', note: 'a remark' });
  findings.obstruct('the route is missing');
  expect(findings.record()).toMatchObject({
    verdict: 'not-checked',
    note: 'the route is missing; a remark',
  });
  findings.violate('a fault');
  expect(findings.record().verdict).toBe('violated');
});
