import type { DriverId, RegionId, TripId } from '@rideline/contract';
import { createLogger } from '@rideline/platform/process/logger';
import { expect, it, vi } from 'vitest';
import { LiveDriver } from './live-driver.ts';
import { TripAppender } from './trip-appender.ts';

const SOON = { timeout: 20_000 };

const DRIVER = 'd' as DriverId;
const TRIP = 't' as TripId;
const POSITION = { bootIndex: 1, seq: 1, t: 1, lat: 1, lng: 2, heading: null, speed: null, receivedAt: 1 };

it('TRACK-5: a driver who accepted before the relay wrote them into the trip log is shown when it has, without a further fix', async () => {
  let isInLog = false;
  const replies: (number[] | null)[] = [];
  const append = async () => {
    const reply = isInLog ? [1, 1] : null;
    replies.push(reply);
    return reply;
  };
  const positions = { appended: 0, refused: 0, leftOut: 0 };
  const tripAppender = new TripAppender({
    state: { evalsha: append, eval: append } as never,
    region: 'main' as RegionId,
    metrics: {} as never,
    counters: { positions } as never,
    log: createLogger({ process: 'test', level: 'silent' }),
  });
  const driver = new LiveDriver(DRIVER, { tripAppender } as never, () => undefined);
  driver.startFrom({ status: 'available', newest: POSITION } as never);

  driver.setTrip(TRIP);
  await vi.waitFor(() => expect(positions.refused).toBe(1), SOON);
  isInLog = true;
  driver.setTrip(TRIP);
  await vi.waitFor(() => expect(positions.appended).toBe(1), SOON);
  // Once it is in the log, it is not sent again.
  driver.setTrip(TRIP);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(replies).toEqual([null, [1, 1]]);
});
