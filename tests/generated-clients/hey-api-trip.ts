/* A trip with the functions of @hey-api/openapi-ts (./generated/hey-api). */

import { answerOffer, getTrip, requestTrip, sendTripCommand, type TripView } from './generated/hey-api';
import { createClient, createConfig } from './generated/hey-api/client';

const {
  RIDELINE_URL: baseUrl = '',
  RIDER_TOKEN = '',
  DRIVER_TOKEN = '',
  TRIP_ID: tripId = '',
  PLACE = '',
} = process.env;
const [lat = 0, lng = 0] = PLACE.split(',').map(Number);
const clientOf = (token: string) => createClient(createConfig({ baseUrl, auth: token, throwOnError: true }));
const [rider, driver] = [clientOf(RIDER_TOKEN), clientOf(DRIVER_TOKEN)];

async function until(state: TripView['state']): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    const { data } = await getTrip({ client: rider, path: { tripId }, throwOnError: true });
    if (data.state === state) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the trip is not ${state}`);
}

async function main(): Promise<void> {
  const { data: asked } = await requestTrip({
    client: rider,
    headers: { 'Idempotency-Key': `"${crypto.randomUUID()}"` },
    body: { tripId, pickup: { lat: lat + 0.0003, lng }, dropoff: { lat: lat + 0.01, lng } },
    throwOnError: true,
  });
  console.log(asked.state);
  await until('offered');
  const { data: answered } = await answerOffer({
    client: driver,
    path: { offerId: `${tripId}_1` },
    body: { commandId: crypto.randomUUID(), accept: true },
    throwOnError: true,
  });
  console.log(answered.state);
  for (const action of ['arrived', 'start', 'complete'] as const) {
    const { data } = await sendTripCommand({
      client: driver,
      path: { tripId },
      body: { commandId: crypto.randomUUID(), action, at: new Date().toISOString() },
      throwOnError: true,
    });
    console.log(data.state);
  }
  await until('completed');
  const { error } = await getTrip({
    client: rider,
    path: { tripId: crypto.randomUUID() },
    throwOnError: false,
  });
  console.log('refused', error?.code);
}

void main();
