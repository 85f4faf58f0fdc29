import type { DriverHealth, Outage, OutageReason } from '@rideline/contract';

export const OUTAGE_LABELS: Readonly<Record<OutageReason, string>> = {
  permission_denied: 'Location permission taken away',
  gps_off: 'Location switched off',
  silent_source: 'The phone got no positions',
  task_lost: 'The system dropped the location task',
  app_suspended: 'App suspended by the system',
  app_killed: 'App ended and started again',
  device_restarted: 'Phone restarted',
  battery_saver: 'Battery saver',
  battery_low: 'Battery low',
  battery_empty: 'Battery empty',
  clock_skew: "The phone's clock is wrong",
  refused_fixes: 'Positions refused',
  no_connection: 'No connection',
  stopped: 'Tracking stopped in the app',
};

/** The longest of a driver's outages are of less interest than the newest. */
const OUTAGES_SHOWN = 8;

/** `97.4 %`; a rate below one never reads as 100 %. */
export function formatRate(rate: number): string {
  const percent = rate >= 1 ? 100 : Math.min(99.9, Math.floor(rate * 1000) / 10);
  return `${percent.toFixed(percent === 100 ? 0 : 1)} %`;
}

/** The newest outages, the newest first. */
export function newestOutages({ outages }: DriverHealth): Outage[] {
  return outages.slice(-OUTAGES_SHOWN).reverse();
}

/** Places of the outages on a line of `width`: at least a unit wide, so that one of a minute in a day is seen. */
export function outageBars(
  { from, to, outages }: DriverHealth,
  width: number,
): { readonly key: string; readonly x: number; readonly width: number }[] {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const scale = width / Math.max(1, toMs - fromMs);
  return outages.map((outage) => {
    const x = Math.max(0, (Date.parse(outage.from) - fromMs) * scale);
    const end = Math.min(width, (Date.parse(outage.to) - fromMs) * scale);
    return { key: outage.from, x: Math.min(x, width - 1), width: Math.max(1, end - x) };
  });
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  always: 'always allowed',
  while_in_use: 'allowed while the app is open',
  denied: 'denied',
  not_asked: 'not asked for',
};
/** A smaller difference is that of any phone. */
const SKEW_SHOWN_MS = 5000;

/** What the phone last said about itself, as rows. */
export function deviceFacts(device: NonNullable<DriverHealth['device']>): [name: string, value: string][] {
  const { battery, charging, batterySaver, permission, gps, clockSkewMs } = device;
  const facts: [string, string][] = [];
  if (battery !== undefined) {
    const notes = [charging === true ? 'charging' : '', batterySaver === true ? 'battery saver' : ''];
    facts.push(['Battery', [`${battery} %`, ...notes.filter((note) => note !== '')].join(', ')]);
  }
  if (gps === 'off') facts.push(['Location', 'switched off']);
  else if (permission !== undefined) facts.push(['Location', PERMISSIONS[permission] ?? permission]);
  if (clockSkewMs !== undefined && Math.abs(clockSkewMs) > SKEW_SHOWN_MS)
    facts.push([
      'Clock',
      `${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? 'fast' : 'slow'}`,
    ]);
  return facts;
}
