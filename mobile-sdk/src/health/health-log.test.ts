import { healthReportSchema } from '@rideline/contract';
import { expect, it } from 'vitest';
import type { DeviceState } from '../location/location-source.ts';
import { HealthLog } from './health-log.ts';

const NOW = 1_800_000_000_000;

/** What an app's own adapter may say, whatever the types ask of it: the server refuses a report with one field that it does not know. */
const ODD_STATES: unknown[] = [
  { battery: Number.NaN },
  { battery: 0.85 },
  { battery: 41.6 },
  { battery: 150 },
  { battery: -1 },
  { battery: null },
  { battery: '80' },
  { permission: 'restricted', gps: 'unknown' },
  { permission: null, gps: null },
  { permission: 'toString', gps: '__proto__' },
  { batterySaver: null, charging: 1 },
];

it('SDK-141: whatever the device says of itself, the report is one that the server takes', () => {
  for (const state of ODD_STATES) {
    const log = new HealthLog();
    log.setDevice({ permission: 'always', battery: 80 }, undefined, 0);
    log.setDevice(state as DeviceState, Number.NaN, 0);
    const report = { boot: 'boot-1', ...log.report(1000, (ms) => NOW + ms), expected: 1, received: 1 };
    const sent: unknown = JSON.parse(JSON.stringify(report));
    expect([state, healthReportSchema.safeParse(sent).error?.issues]).toEqual([state, undefined]);
  }
});

it('SDK-141: a condition with a time that no report may name is reported without doing harm to the others', () => {
  const log = new HealthLog();
  log.add('app_killed', -NOW, 0);
  log.add('app_killed', Number.NaN, 0);
  log.set('stopped', true, 500);
  const pending = log.pending().length;
  const report = { boot: 'boot-1', ...log.report(1000, (ms) => NOW + ms) };
  expect(healthReportSchema.safeParse(JSON.parse(JSON.stringify(report))).success).toBe(true);
  expect(report.conditions.map(({ code }) => code)).toContain('stopped');
  expect(report.conditions).toHaveLength(pending);
});
