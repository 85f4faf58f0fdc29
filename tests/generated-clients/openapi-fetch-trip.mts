/* A trip with openapi-fetch and the types of openapi-typescript (./generated/openapi-typescript.ts). */
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/openapi-typescript.ts';

type TripView = components['schemas']['TripView'];

const {
  RIDELINE_URL: baseUrl = '',
  RIDER_TOKEN,
  DRIVER_TOKEN,
  TRIP_ID: tripId = '',
  PLACE = '',
} = process.env;
const [lat = 0, lng = 0] = PLACE.split(',').map(Number);
const clientOf = (token: string | undefined) =>
  createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } });
const [rider, driver] = [clientOf(RIDER_TOKEN), clientOf(DRIVER_TOKEN)];

function dataOf<Data>(what: string, { data, error }: { data?: Data; error?: unknown }): Data {
  if (data === undefined) throw new Error(`${what}: ${JSON.stringify(error)}`);
  return data;
}

async function until(state: TripView['state']): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const trip = dataOf('getTrip', await rider.GET('/v1/trips/{tripId}', { params: { path: { tripId } } }));
    if (trip.state === state) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the trip is not ${state}`);
}

const [pickup, dropoff] = [
  { lat: lat + 0.0003, lng },
  { lat: lat + 0.01, lng },
];
const asked = await rider.POST('/v1/trips', {
  params: { header: { 'Idempotency-Key': `"${crypto.randomUUID()}"` } },
  body: { tripId, pickup, dropoff },
});
console.log(dataOf('requestTrip', asked).state);
await until('offered');
const answered = await driver.POST('/v1/offers/{offerId}/answer', {
  params: { path: { offerId: `${tripId}_1` } },
  body: { commandId: crypto.randomUUID(), accept: true },
});
console.log(dataOf('answerOffer', answered).state);
for (const action of ['arrived', 'start', 'complete'] as const) {
  const done = await driver.POST('/v1/trips/{tripId}/commands', {
    params: { path: { tripId } },
    body: { commandId: crypto.randomUUID(), action, at: new Date().toISOString() },
  });
  console.log(dataOf('sendTripCommand', done).state);
}
await until('completed');
const { error } = await rider.GET('/v1/trips/{tripId}', {
  params: { path: { tripId: crypto.randomUUID() } },
});
console.log('refused', error?.code);
