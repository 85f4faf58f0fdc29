import { driverIdSchema, type RegionId, regionIdSchema } from '@rideline/contract';
import { type Placement, placeDrivers } from '@rideline/fleet/live/live-index';
import type { RedisClient } from '@rideline/platform/redis/redis';

/** Drivers spread evenly over 40 by 40 km. Each fleet has a region of its own, so that both fit in one Redis. */
export interface Fleet {
  readonly region: RegionId;
  readonly drivers: number;
}

/** In the region that the API serves. */
export const LARGE: Fleet = { region: regionIdSchema.parse('main'), drivers: 200_000 };
export const SMALL: Fleet = { region: regionIdSchema.parse('small'), drivers: 20_000 };

export interface Place {
  readonly lat: number;
  readonly lng: number;
}

const CENTRE: Place = { lat: 37.6, lng: -122.2 };
const HALF_LAT = 0.18;
const HALF_LNG = 0.227;
const BATCH = 5000;
const MOVE_INTERVAL_MS = 250;

const randomIn = (centre: number, half: number) => centre + (Math.random() * 2 - 1) * half;

export const somewhere = (): Place => ({
  lat: randomIn(CENTRE.lat, HALF_LAT),
  lng: randomIn(CENTRE.lng, HALF_LNG),
});

function placement(index: number): Placement {
  const now = Date.now();
  const position = { bootIndex: 1, seq: 1, t: now, heading: 90, speed: 10, receivedAt: now, ...somewhere() };
  return {
    driverId: driverIdSchema.parse(`driver-${index}`),
    epoch: 1,
    status: 'available',
    position,
  };
}

export async function placeFleet(redis: RedisClient, { region, drivers }: Fleet): Promise<void> {
  for (let start = 0; start < drivers; start += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, drivers - start) }, (_, n) => placement(start + n));
    await placeDrivers(redis, region, batch, Date.now());
  }
}

/** Writes the live index while it is searched, as gateways do. `stop` rejects when a write failed. */
export function keepMoving(
  redis: RedisClient,
  { region, drivers }: Fleet,
  movesPerSecond: number,
): { stop(): Promise<void> } {
  const perTick = (movesPerSecond * MOVE_INTERVAL_MS) / 1000;
  let writing: Promise<void> | undefined;
  let failure: unknown;
  const timer = setInterval(() => {
    // One batch at a time: behind a busy Redis batches would pile up.
    if (writing !== undefined) return;
    const batch = Array.from({ length: perTick }, () => placement(Math.floor(Math.random() * drivers)));
    writing = placeDrivers(redis, region, batch, Date.now())
      .then(
        () => undefined,
        (error: unknown) => {
          failure = error;
        },
      )
      .finally(() => {
        writing = undefined;
      });
  }, MOVE_INTERVAL_MS);
  return {
    async stop() {
      clearInterval(timer);
      await writing;
      if (failure !== undefined) throw failure;
    },
  };
}
