import { randomUUID } from 'node:crypto';
import type { Place } from '../../simulation/great-circle.ts';
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
  readonly drivers: readonly { readonly auth: object; readonly place: Place }[];
  /** Whether a trip is driven to its end at once; otherwise it stays accepted. */
  readonly finish: boolean;
}

/** Well within the time after which a driver is silent. */
const FIX_MS = 15_000;
const CONNECT_DEADLINE_MS = 60_000;
const CONNECTS_AT_ONCE = 20;
const WAIT_MS = 20;

type Reply = Record<string, unknown> & { ok: boolean; code?: string };

class EagerDriver {
  ready = false;
  readonly #socket: RawSocket;
  readonly #plan: EagerDriversPlan;
  readonly #counts: EagerDrivers['counts'];
  readonly #boot = randomUUID().slice(0, 8);
  readonly #pending = new Map<number, (reply: Reply) => void>();
  #place: Place;
  #seq = 0;
  #packets = 0;
  #closing = false;

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
        if (!this.#closing) this.#count('connection lost');
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
    this.#closing = true;
    this.#socket.close();
  }

  #send(event: string, body: object): void {
    this.#socket.send(`42/driver,${JSON.stringify([event, body])}`);
  }

  #request(event: string, body: object): Promise<Reply> {
    const id = this.#packets++;
    this.#socket.send(`42/driver,${id}${JSON.stringify([event, { commandId: randomUUID(), ...body }])}`);
    return new Promise((resolve) => this.#pending.set(id, resolve));
  }

  #onPacket(packet: string, auth: object): void {
    if (packet === 'open') this.#socket.send(`40/driver,${JSON.stringify(auth)}`);
    else if (packet.startsWith('0/driver,')) this.ready = true;
    else if (packet.startsWith('3/driver,')) {
      const id = Number.parseInt(packet.slice(9), 10);
      this.#pending.get(id)?.(JSON.parse(packet.slice(packet.indexOf('[')))[0] as Reply);
      this.#pending.delete(id);
    } else if (packet.startsWith('2/driver,')) this.#onEvent(packet);
  }

  #onEvent(packet: string): void {
    const start = packet.indexOf('[');
    const wantsAnswer = packet.slice(9, start);
    if (wantsAnswer !== '') this.#socket.send(`43/driver,${wantsAnswer}[{"ok":true}]`);
    if (!packet.startsWith('["offer:new"', start)) return;
    const [, offer] = JSON.parse(packet.slice(start)) as [string, { offerId: string; tripId: string }];
    this.#counts.offers += 1;
    void this.#accept(offer);
  }

  async #accept({ offerId, tripId }: { offerId: string; tripId: string }): Promise<void> {
    if (!this.#succeeded(await this.#request('offer:answer', { offerId, accept: true }))) return;
    this.#counts.accepted += 1;
    if (!this.#plan.finish) return;
    for (const action of ['arrived', 'start', 'complete']) {
      if (!this.#succeeded(await this.#request('trip:command', { tripId, action, at: Date.now() }))) return;
    }
    this.#counts.completed += 1;
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
