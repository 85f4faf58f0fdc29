import { type DriverHealth, type DriverId, LIMITS, type RegionId, toIsoTime } from '@rideline/contract';
import type { Database } from '../store/database.ts';
import { readTrackPage, type TrackCursor } from '../tracks/track-window.ts';
import { readHealthDays } from './health-store.ts';
import { type HealthFix, trackedTime } from './outages.ts';

export interface HealthWindow {
  readonly region: RegionId;
  readonly driverId: DriverId;
  /** Epoch ms on the domain clock; at most LIMITS.healthWindowMs apart. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Fixes read at a time: a page is decoded at once. */
const PAGE = 5000;
/** Of the fixes within so many ms one is kept: a driver may send 25 a second, and a day of those would fill the memory of the process. */
const APART_MS = 1000;

/**
 * How well a driver was tracked in a window, and why not. Reads the history of the window: at one fix a second a day is 8 MB.
 * @param within bounds each read from MongoDB
 */
export async function readDriverHealth(
  db: Database,
  window: HealthWindow,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<DriverHealth> {
  const { driverId, fromMs, toMs } = window;
  const days = await within(() => readHealthDays(db, window));
  const { dutyMs, trackedMs, outages } = trackedTime({
    window,
    events: days.flatMap(({ events }) => events),
    conditions: days.flatMap(({ conditions }) => conditions),
    fixes: await readFixes(db, window, within),
  });
  const device = days.findLast((day) => day.device !== undefined)?.device;
  return {
    driverId,
    from: toIsoTime(fromMs),
    to: toIsoTime(toMs),
    trackingRate: dutyMs === 0 ? null : trackedMs / dutyMs,
    dutyMs: Math.round(dutyMs),
    trackedMs: Math.round(trackedMs),
    outages: outages.slice(-LIMITS.healthOutages).map(({ fromMs: from, toMs: to, ...outage }) => ({
      from: toIsoTime(from),
      to: toIsoTime(to),
      ...outage,
    })),
    outageCount: outages.length,
    device: device === undefined ? null : { ...device, at: toIsoTime(device.at) },
  };
}

async function readFixes(
  db: Database,
  window: HealthWindow,
  within: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<HealthFix[]> {
  const found: HealthFix[] = [];
  let after: TrackCursor | undefined;
  do {
    const page = await readTrackPage(db, { ...window, refused: true, limit: PAGE, after }, within);
    for (const fix of page.fixes) keepApart(found, fix);
    after = page.next;
  } while (after !== undefined);
  return found;
}

/** Adds a fix to those before it in time; near one that says the same, it gives that one its boot. */
export function keepApart(found: HealthFix[], { t, boot, verdict }: HealthFix): void {
  // At most two are within the time: a good and a refused one.
  for (let at = found.length - 1; at >= 0 && at >= found.length - 2; at--) {
    const kept = found[at] as HealthFix;
    if (t - kept.t >= APART_MS) break;
    if ((kept.verdict === 'ok') !== (verdict === 'ok')) continue;
    found[at] = { t: kept.t, boot, verdict };
    return;
  }
  found.push({ t, boot, verdict });
}
