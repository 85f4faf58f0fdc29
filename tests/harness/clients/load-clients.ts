import { randomUUID } from 'node:crypto';
import type { Ack, Offer, Point, TrackPosition, TripEvent } from '@rideline/contract';
import type { TokenIssuer } from '@rideline/load/cluster/token-issuer';
import { vi } from 'vitest';
import { apiRequest } from './api-request.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

/** A stack that answers the calls of the load scenarios: a cluster or a baseline. */
export interface LoadedStack {
  readonly url: string;
  readonly issueToken: TokenIssuer;
}

type Reply<T extends object = Record<string, unknown>> = Ack<T>;

const SOON = { timeout: 60_000, interval: 20 };

/** A driver who sends fixes from one place and answers as the load scenarios do. */
export class LoadDriver {
  readonly id: string;
  readonly client: RawClient;
  readonly #place: Point;
  readonly #boot = randomUUID();
  #seq = 0;

  private constructor(id: string, client: RawClient, place: Point) {
    this.id = id;
    this.client = client;
    this.#place = place;
  }

  /** Connects, sends a fix and becomes available. */
  static async available(
    stack: LoadedStack,
    place: Point,
    id = `driver-${randomUUID()}`,
  ): Promise<LoadDriver> {
    const driver = new LoadDriver(
      id,
      await connectRaw(stack.url, '/driver', await stack.issueToken('driver', id)),
      place,
    );
    await driver.fix();
    await driver.ask('driver:status', { status: 'available' });
    return driver;
  }

  /** Sends a fix beside the last one. */
  fix(): Promise<Reply> {
    const { lat, lng } = this.#place;
    const seq = this.#seq++;
    const fix = [seq, Date.now(), lat + (seq % 2) * 1e-5, lng, 0, 0, 5];
    return this.ask('location:update', { boot: this.#boot, fixes: [fix] });
  }

  ask(event: string, body: object): Promise<Reply> {
    return this.client.ask(event, body) as Promise<Reply>;
  }

  /** The offer of the trip, once it is there. */
  offerOf(tripId: string): Promise<Offer> {
    return vi.waitFor(() => {
      const offer = this.client.received<Offer>('offer:new').find((each) => each.tripId === tripId);
      if (offer === undefined) throw new Error(`${this.id} has no offer of the trip`);
      return offer;
    }, SOON);
  }

  /** Calls back for each offer, those that are there already included, once each. */
  onOffer(take: (offer: Offer) => Promise<void>): void {
    const taken = new Set<string>();
    const once = (offer: Offer) => {
      if (taken.has(offer.offerId)) return;
      taken.add(offer.offerId);
      void take(offer);
    };
    for (const offer of this.client.received<Offer>('offer:new')) once(offer);
    this.client.socket.on('offer:new', once);
  }

  answer({ offerId }: Offer, accept: boolean): Promise<Reply> {
    return this.ask('offer:answer', { commandId: randomUUID(), offerId, accept });
  }

  command(tripId: string, action: string): Promise<Reply> {
    return this.ask('trip:command', this.commandOf(tripId, action));
  }

  /** A command to send, and to send again. */
  commandOf(tripId: string, action: string) {
    return { commandId: randomUUID(), tripId, action, at: Date.now() };
  }
}

/** A rider with a socket and a token. */
export class LoadRider {
  readonly id: string;
  readonly client: RawClient;
  readonly #stack: LoadedStack;
  readonly #token: string;

  private constructor(stack: LoadedStack, id: string, parts: { client: RawClient; token: string }) {
    this.#stack = stack;
    this.id = id;
    this.client = parts.client;
    this.#token = parts.token;
  }

  static async connected(stack: LoadedStack, id = `rider-${randomUUID()}`): Promise<LoadRider> {
    const token = await stack.issueToken('rider', id);
    return new LoadRider(stack, id, { token, client: await connectRaw(stack.url, '/rider', token) });
  }

  call(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    return apiRequest(method, this.#stack.url + path, {
      token: this.#token,
      ...(body === undefined ? {} : { body }),
    });
  }

  request(tripId: string, pickup: Point): Promise<Response> {
    const dropoff = { lat: pickup.lat + 0.01, lng: pickup.lng };
    return this.call('POST', '/v1/trips', { tripId, pickup, dropoff });
  }

  positions(tripId: string): TrackPosition[] {
    return this.client
      .received<TrackPosition>('location:update')
      .filter((position) => position.tripId === tripId);
  }

  /** The trip's event of a type, once it is there. */
  eventOf(tripId: string, type: string): Promise<TripEvent> {
    return vi.waitFor(() => {
      const event = this.client
        .received<TripEvent>('trip:event')
        .find((each) => each.tripId === tripId && each.type === type);
      if (event === undefined) throw new Error(`${this.id} has no event ${type}`);
      return event;
    }, SOON);
  }
}
