import { randomUUID } from 'node:crypto';
import type { Offer, Role, TripEvent } from '@rideline/contract';
import { decodeLive } from '@rideline/fleet/live/live-index';
import { live } from '@rideline/fleet/redis/redis-keys';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { vi } from 'vitest';
import { connectRaw, type RawClient } from '../clients/raw-client.ts';
import {
  REGION,
  startWorkersHarness,
  type WorkersHarness,
  type WorkersHarnessOptions,
} from './workers-harness.ts';

/** Workers, gateways and phones without our SDK: a trip from request to end. */
export interface TripHarness extends WorkersHarness {
  /** Address of a gateway, by number. */
  gateway(number?: number): string;
  /** Address of the API. */
  readonly apiUrl: string;
  token(role: Role, subject: string): Promise<string>;
  /** One request to the API. */
  call(method: string, path: string, by: Caller): Promise<Response>;
  phone(role: Role, subject: string, gateway?: number): Promise<RawClient>;
  /** A driver who is available at a place, is found there, and stays so: sends a fix each half second. */
  freeDriver(subject: string, at: { lat: number; lng: number }, gateway?: number): Promise<FreeDriver>;
}

/** Who calls the API, and with what. */
export interface Caller {
  readonly role: Role;
  readonly subject: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FreeDriver extends RawClient {
  readonly id: string;
  /** The newest offer of a trip, once it has come. */
  offer(tripId: string): Promise<Offer>;
  answer(offerId: string, accept: boolean, commandId?: string): Promise<Record<string, unknown>>;
  command(tripId: string, action: string, commandId?: string): Promise<Record<string, unknown>>;
  moveTo(at: { lat: number; lng: number }): void;
  events(tripId: string): TripEvent[];
}

const SOON = { timeout: 15_000, interval: 25 };
const FIX_MS = 500;

export async function startTripHarness(options: WorkersHarnessOptions = {}): Promise<TripHarness> {
  const harness = await startWorkersHarness({
    gateways: 1,
    ...options,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers', RIDELINE_MATCH_TICK_MS: '100', ...options.env },
  });
  const keys = await readTokenKeys(harness.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
  const urlOf = (name: string) =>
    `http://127.0.0.1:${harness.cluster.processes.find((process) => process.name === name)?.port}`;
  const token = async (role: Role, subject: string) =>
    (await issueToken(keys, { role, subject, region: REGION, ttlSeconds: 3600 })).token;
  const gateway = (number = 1) => urlOf(`gateway-${number}`);
  const phone = async (role: Role, subject: string, number?: number) =>
    connectRaw(gateway(number), `/${role}`, await token(role, subject));
  const drivers: FreeDriver[] = [];

  return {
    ...harness,
    gateway,
    apiUrl: urlOf('api-1'),
    token,
    async call(method, path, { role, subject, body, headers }) {
      return fetch(urlOf('api-1') + path, {
        method,
        headers: {
          Authorization: `Bearer ${await token(role, subject)}`,
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    phone,
    async freeDriver(subject, at, number) {
      const driver = await driveAt(await phone('driver', subject, number), subject, at);
      drivers.push(driver);
      // His status is answered before his first fix has its place: until then another driver could be asked instead of him.
      await vi.waitFor(async () => {
        const placed = decodeLive(await harness.state.hget(live(REGION), subject));
        if (placed?.status !== 'available') throw new Error(`${subject} is not to be found yet`);
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
    // Standing still to the digit would be a duplicate.
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
        if (!newest) throw new Error(`${id} has no offer of ${tripId}`);
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
