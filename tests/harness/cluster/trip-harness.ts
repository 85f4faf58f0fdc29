import { randomUUID } from 'node:crypto';
import type { Offer, Role, TripEvent } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { live } from '@rideline/fleet/redis/redis-keys';
import { vi } from 'vitest';
import { apiRequest } from '../clients/api-request.ts';
import { connectRaw, type RawClient } from '../clients/raw-client.ts';
import { type TokenOf, tokensOf } from '../clients/tokens.ts';
import { urlOf } from '../processes/process-address.ts';
import { REGION } from '../test-process.ts';
import { startWorkersHarness, type WorkersHarness, type WorkersHarnessOptions } from './workers-harness.ts';

/** Workers, gateways, and phones without the SDK: a trip from request to end. */
export interface TripHarness extends WorkersHarness {
  /** Address of a gateway, by number. */
  gateway(number?: number): string;
  /** Address of the API; empty without one. */
  readonly apiUrl: string;
  readonly token: TokenOf;
  /** One request to the API. */
  call(method: string, path: string, by: Caller): Promise<Response>;
  phone(role: Role, subject: string, gateway?: number): Promise<RawClient>;
  /** Connects a driver who is available at a position and in the live index; sends a fix every 500 ms. */
  freeDriver(subject: string, at: { lat: number; lng: number }, gateway?: number): Promise<FreeDriver>;
}

/** The caller and the content of an API request. */
export interface Caller {
  readonly role: Role;
  readonly subject: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FreeDriver extends RawClient {
  readonly id: string;
  /** Waits for the newest offer of a trip. */
  offer(tripId: string): Promise<Offer>;
  answer(offerId: string, accept: boolean, commandId?: string): Promise<Record<string, unknown>>;
  command(tripId: string, action: string, commandId?: string): Promise<Record<string, unknown>>;
  moveTo(at: { lat: number; lng: number }): void;
  events(tripId: string): TripEvent[];
}

const SOON = { timeout: 60_000, interval: 25 };
const FIX_MS = 500;

export async function startTripHarness(options: WorkersHarnessOptions = {}): Promise<TripHarness> {
  const harness = await startWorkersHarness({
    gateways: 1,
    ...options,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers', RIDELINE_MATCH_TICK_MS: '100', ...options.env },
  });
  const token = await tokensOf(harness.env);
  const gateway = (number = 1) => urlOf(harness.cluster, `gateway-${number}`);
  const phone = async (role: Role, subject: string, number?: number) =>
    connectRaw(gateway(number), `/${role}`, await token(role, subject));
  const apiUrl = (options.apis ?? 0) > 0 ? urlOf(harness.cluster, 'api-1') : '';
  const drivers: FreeDriver[] = [];

  return {
    ...harness,
    gateway,
    apiUrl,
    token,
    async call(method, path, { role, subject, body, headers }) {
      return apiRequest(method, apiUrl + path, { token: await token(role, subject), body, headers });
    },
    phone,
    async freeDriver(subject, at, number) {
      const driver = await driveAt(await phone('driver', subject, number), subject, at);
      drivers.push(driver);
      // The status is acknowledged before the first fix is in the live index: until then another driver could receive the offer.
      await vi.waitFor(async () => {
        const placed = decodeLive(await harness.state.hget(live(REGION), subject));
        if (placed?.status !== 'available') throw new Error(`${subject} is not in the live index yet`);
      }, SOON);
      return driver;
    },
    async stop() {
      for (const driver of drivers) driver.close();
      await harness.stop();
    },
  };
}

async function driveAt(client: RawClient, id: string, at: { lat: number; lng: number }): Promise<FreeDriver> {
  const boot = randomUUID().slice(0, 8);
  let place = at;
  let seq = 0;
  const send = () => {
    client.socket.emit('location:update', { boot, fixes: [[seq, Date.now(), place.lat, place.lng]] });
    seq += 1;
    // An identical position would be a duplicate.
    place = { lat: place.lat + (seq % 2 === 0 ? 1e-6 : -1e-6), lng: place.lng };
  };
  send();
  const timer = setInterval(send, FIX_MS);
  await client.ask('driver:status', { status: 'available' });
  return {
    ...client,
    id,
    offer: (tripId) =>
      vi.waitFor(() => {
        const offers = client.received<Offer>('offer:new').filter((offer) => offer.tripId === tripId);
        const newest = offers.at(-1);
        if (!newest) throw new Error(`${id} has no offer for ${tripId}`);
        return newest;
      }, SOON),
    answer: (offerId, accept, commandId = randomUUID()) =>
      client.ask('offer:answer', { commandId, offerId, accept }),
    command: (tripId, action, commandId = randomUUID()) =>
      client.ask('trip:command', { commandId, tripId, action, at: Date.now() }),
    moveTo(next) {
      place = next;
    },
    events: (tripId) => client.received<TripEvent>('trip:event').filter((event) => event.tripId === tripId),
    close() {
      clearInterval(timer);
      client.close();
    },
  };
}
