import type { DriverId, DriverStatusValue, RegionId } from '@rideline/contract';
import { PLACEMENTS_PER_CALL } from '@rideline/fleet/live/live-index';
import { createLogger } from '@rideline/platform/process/logger';
import { expect, it } from 'vitest';
import { LiveWriter, type Placeable } from './live-writer.ts';

const POSITION = { bootIndex: 1, seq: 1, t: 1, lat: 1, lng: 2, heading: null, speed: null, receivedAt: 1 };

it('GEO-3: a driver who goes offline between two chunks of a flush does not come back as available', async () => {
  const status = new Map<string, DriverStatusValue>();
  const written: [driverId: string, status: string][] = [];
  const drivers = Array.from({ length: PLACEMENTS_PER_CALL + 1 }, (_, n): Placeable => {
    const driverId = `d${n}` as DriverId;
    status.set(driverId, 'available');
    return {
      liveMarked: false,
      placement: () => ({
        driverId,
        epoch: 1,
        status: status.get(driverId) ?? 'offline',
        position: POSITION,
      }),
      replaced: () => undefined,
    };
  });
  const last = drivers.at(-1) as Placeable;
  const lastId = `d${PLACEMENTS_PER_CALL}`;
  let calls = 0;
  const run = async (...args: unknown[]) => {
    const at = args.indexOf('d0') === -1 ? args.indexOf(lastId) : args.indexOf('d0');
    for (let i = at; i < args.length; i += 6) written.push([String(args[i]), String(args[i + 2])]);
    calls += 1;
    if (calls > 1) return [];
    status.set(lastId, 'offline');
    await writer.placeNow(last);
    return [];
  };
  const writer = new LiveWriter({
    state: { evalsha: run, eval: run } as never,
    region: 'main' as RegionId,
    intervalMs: 60_000,
    wallMs: () => 1,
    metrics: { live_index_drivers: { observe: () => undefined } } as never,
    log: createLogger({ process: 'test', level: 'silent' }),
  });
  for (const driver of drivers) writer.mark(driver);
  await writer.stop();
  const ofLast = written.filter(([driverId]) => driverId === lastId).map(([, value]) => value);
  expect(ofLast.length).toBeGreaterThan(1);
  expect(new Set(ofLast)).toEqual(new Set(['offline']));
});
