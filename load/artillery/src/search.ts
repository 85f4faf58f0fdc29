import { OperationFailed } from './codes.ts';
import type { Lab } from './lab.ts';

const RADIUS_METRES = 3000;
const MOST_DRIVERS = 10;

/** One search of nearby drivers, as a rider's map makes it. It is not repeated: the map asks again soon anyway. */
export async function searchDrivers(
  lab: Lab,
  { token, place, dueMs }: { token: string; place: { lat: number; lng: number }; dueMs: number },
): Promise<void> {
  const { rest, recorder, nowMs } = lab;
  const query = new URLSearchParams({
    lat: String(place.lat),
    lng: String(place.lng),
    radius: String(RADIUS_METRES),
    limit: String(MOST_DRIVERS),
  });
  try {
    const { body } = await rest.call({ method: 'GET', url: `/v1/drivers/search?${query}`, token });
    recorder.observe('driver.search', nowMs() - dueMs);
    recorder.count('searches.found', (body as { drivers?: unknown[] }).drivers?.length ?? 0);
  } catch (error) {
    if (!(error instanceof OperationFailed)) throw error;
    recorder.failed('driver.search', error.code);
  }
}
