import type { ExpectedWait } from '@rideline/contract';
import { distanceMetres } from '@rideline/fleet/geo/distance';
import { crowFlySeconds, ETA_LIMIT_SECONDS } from '@rideline/fleet/matching/eta';
import type { TileCars } from './nearby-cars.ts';

/** From the request to the acceptance when a car is free, s: a tick of the matcher and a driver who looks at the phone. */
const ANSWER_SECONDS = 10;
/** An estimate to the second would only pretend, and tell how a car moves. */
const STEP_SECONDS = 10;
/** So many recent assignments weigh as much as the position of the nearest car. */
const PRIOR_ASSIGNMENTS = 3;

const stepped = (seconds: number): number => Math.round(seconds / STEP_SECONDS) * STEP_SECONDS;

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** Seconds until the nearest car could be there; null without one that would get an offer. */
function nearestCarSeconds(
  place: { readonly lat: number; readonly lng: number },
  cars: TileCars['places'],
): number | null {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [lat, lng] of cars) nearest = Math.min(nearest, distanceMetres(place.lat, place.lng, lat, lng));
  const seconds = crowFlySeconds(nearest);
  return seconds <= ETA_LIMIT_SECONDS ? ANSWER_SECONDS + seconds : null;
}

/**
 * What somebody who requests a ride here waits for it. The nearest car says what is possible now, recent assignments what others have waited,
 * queue and declined offers included; their median counts the more, the more there are. Without a car in reach the assignments alone decide.
 */
export function expectedWait(
  place: { readonly lat: number; readonly lng: number },
  { places, waits }: Pick<TileCars, 'places' | 'waits'>,
): ExpectedWait {
  const now = nearestCarSeconds(place, places);
  const assignments = waits.length;
  if (assignments === 0) return { seconds: now === null ? null : stepped(now), assignments };
  const before = median(waits.toSorted((one, other) => one - other));
  const weight = now === null ? 1 : assignments / (assignments + PRIOR_ASSIGNMENTS);
  return { seconds: stepped(weight * before + (1 - weight) * (now ?? 0)), assignments };
}
