import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Point } from '@rideline/contract';
import { ERRORS, errorCodeSchema } from '@rideline/contract';
import { RawSocket } from '../generator/raw-socket.ts';

/** Drivers that accept at once, over raw sockets: they measure the system and not its people. */
export interface EagerDrivers {
  /** Trips that were accepted, and trips that were driven to their end. */
  readonly counts: {
    offers: number;
    accepted: number;
    completed: number;
    /** By code, including lost connections. */
    refused: Record<string, number>;
  };
  /** All become available at their places. */
  goAvailable(): void;
  close(): void;
}

export interface EagerDriversPlan {
  readonly node: { readonly host: string; readonly port: number };
  readonly drivers: readonly { readonly auth: object; readonly place: Point }[];
  /** Whether a trip is driven to its end at once; otherwise it stays accepted. */
  readonly finish: boolean;
}

/** Well within the time after which a driver is silent. */
const FIX_MS = 15_000;
const CONNECT_DEADLINE_MS = 60_000;
const CONNECTS_AT_ONCE = 20;
const WAIT_MS = 20;

/** A command is repeated under its id until it is answered finally, as an app does; after this time it is given up. */
const GIVE_UP_MS = 120_000;
const ANSWER_MS = 10_000;
const REPEAT_MS = 500;

type Reply = Record<string, unknown> & { ok: boolean; code?: string; retryAfterMs?: number };

interface EagerOffer {
  readonly offerId: string;
  readonly tripId: string;
  readonly queued: boolean;
}

const NO_ANSWER: Reply = { ok: false, code: 'no answer' };

/** Whether a repeat cannot succeed. */
function isFinal({ ok, code }: Reply): boolean {
  const parsed = errorCodeSchema.safeParse(code);
  return ok || (parsed.success && ['never', 'change'].includes(ERRORS[parsed.data].retry));
}

class EagerDriver {
  ready = false;
  readonly #socket: RawSocket;
  readonly #plan: EagerDriversPlan;
  readonly #counts: EagerDrivers['counts'];
  readonly #boot = randomUUID().slice(0, 8);
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #place: Point;
  #seq = 0;
  #packets = 0;
  #isClosed = false;

  constructor(
    { auth, place }: EagerDriversPlan['drivers'][number],
    plan: EagerDriversPlan,
    counts: EagerDrivers['counts'],
  ) {
    this.#plan = plan;
    this.#counts = counts;
    this.#place = place;
    this.#socket = RawSocket.open(plan.node, {
      onPacket: (packet) => this.#onPacket(packet, auth),
      onClose: () => {
        if (!this.#isClosed) this.#count('connection lost');
        this.#end();
      },
    });
  }

  fix(): void {
    const { lat, lng } = this.#place;
    // An identical position would be a duplicate.
    const fix = [this.#seq, Date.now(), lat + (this.#seq % 2 === 0 ? 0 : 1e-6), lng];
    this.#seq += 1;
    this.#send('location:update', { boot: this.#boot, fixes: [fix] });
  }

  available(): void {
    this.fix();
    this.#send('driver:status', { status: 'available' });
  }

  close(): void {
    this.#end();
    this.#socket.close();
  }

  /** Nothing more is sent or answered. */
  #end(): void {
    this.#isClosed = true;
    for (const id of [...this.#pending.keys()]) this.#answered(id, NO_ANSWER);
  }

  #send(event: string, body: object): void {
    this.#socket.send(`42/driver,${JSON.stringify([event, body])}`);
  }

  /** Sends a command, repeated under its id while the server cannot answer. */
  async #request(event: string, body: object): Promise<Reply> {
    const command = { commandId: randomUUID(), ...body };
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (;;) {
      const reply = await this.#ask(event, command);
      if (isFinal(reply) || this.#isClosed || Date.now() > giveUpAt) return reply;
      this.#count(`${reply.code}, repeated`);
      await delay(Math.max(REPEAT_MS, reply.retryAfterMs ?? 0));
    }
  }

  #ask(event: string, body: object): Promise<Reply> {
    const id = this.#packets++;
    this.#socket.send(`42/driver,${id}${JSON.stringify([event, body])}`);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#answered(id, NO_ANSWER), ANSWER_MS);
      this.#pending.set(id, (reply) => {
        clearTimeout(timer);
        resolve(reply);
      });
    });
  }

  #answered(id: number, reply: Reply): void {
    this.#pending.get(id)?.(reply);
    this.#pending.delete(id);
  }

  #onPacket(packet: string, auth: object): void {
    if (packet === 'open') this.#socket.send(`40/driver,${JSON.stringify(auth)}`);
    else if (packet.startsWith('0/driver,')) this.ready = true;
    else if (packet.startsWith('3/driver,')) {
      const id = Number.parseInt(packet.slice(9), 10);
      this.#answered(id, JSON.parse(packet.slice(packet.indexOf('[')))[0] as Reply);
    } else if (packet.startsWith('2/driver,')) this.#onEvent(packet);
  }

  #onEvent(packet: string): void {
    const start = packet.indexOf('[');
    const wantsAnswer = packet.slice(9, start);
    if (wantsAnswer !== '') this.#socket.send(`43/driver,${wantsAnswer}[{"ok":true}]`);
    if (!packet.startsWith('["offer:new"', start)) return;
    const [, offer] = JSON.parse(packet.slice(start)) as [string, EagerOffer];
    this.#counts.offers += 1;
    void this.#accept(offer);
  }

  async #accept({ offerId, tripId, queued }: EagerOffer): Promise<void> {
    if (!this.#succeeded(await this.#request('offer:answer', { offerId, accept: true }))) return;
    this.#counts.accepted += 1;
    if (!this.#plan.finish) return;
    const say = (action: string) => this.#request('trip:command', { tripId, action, at: Date.now() });
    if (!this.#succeeded(await (queued ? this.#arriveQueued(() => say('arrived')) : say('arrived')))) return;
    for (const action of ['start', 'complete']) {
      if (!this.#succeeded(await say(action))) return;
    }
    this.#counts.completed += 1;
  }

  /** A trip for after the current ride becomes the driver's ride a moment after that has ended; until then it cannot arrive. */
  async #arriveQueued(arrive: () => Promise<Reply>): Promise<Reply> {
    const giveUpAt = Date.now() + GIVE_UP_MS;
    for (;;) {
      const reply = await arrive();
      if (reply.code !== 'ILLEGAL_TRANSITION' || this.#isClosed || Date.now() > giveUpAt) return reply;
      await delay(REPEAT_MS);
    }
  }

  #succeeded({ ok, code }: Reply): boolean {
    if (!ok) this.#count(code ?? '?');
    return ok;
  }

  #count(reason: string): void {
    this.#counts.refused[reason] = (this.#counts.refused[reason] ?? 0) + 1;
  }
}

export async function connectEagerDrivers(plan: EagerDriversPlan): Promise<EagerDrivers> {
  const counts: EagerDrivers['counts'] = { offers: 0, accepted: 0, completed: 0, refused: {} };
  const drivers: EagerDriver[] = [];
  const deadline = Date.now() + CONNECT_DEADLINE_MS;
  while (drivers.length < plan.drivers.length || drivers.some(({ ready }) => !ready)) {
    if (Date.now() > deadline) {
      for (const driver of drivers) driver.close();
      const ready = drivers.filter((driver) => driver.ready).length;
      throw new Error(`only ${ready} of ${plan.drivers.length} drivers could connect`);
    }
    for (const driver of plan.drivers.slice(drivers.length, drivers.length + CONNECTS_AT_ONCE))
      drivers.push(new EagerDriver(driver, plan, counts));
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
  let timer: NodeJS.Timeout | undefined;
  return {
    counts,
    goAvailable() {
      for (const driver of drivers) driver.available();
      timer = setInterval(() => {
        for (const driver of drivers) driver.fix();
      }, FIX_MS);
    },
    close() {
      clearInterval(timer);
      for (const driver of drivers) driver.close();
    },
  };
}
