import { type Ack, CodedError, type WireFix } from '@rideline/contract';
import { CommandQueue } from '../src/commands/command-queue.ts';
import { StoredFixes } from '../src/fixes/stored-fixes.ts';
import { Uplink } from '../src/fixes/uplink.ts';
import type { LogName, RecordStore, SdkStorage } from '../src/storage/storage.ts';
import { type StorageEvent, StoreKeeper } from '../src/storage/store-keeper.ts';
import type { SdkClock } from '../src/time/clock.ts';
import { ServerClock } from '../src/time/server-clock.ts';
import type { ModelServer, World } from './model-fleet.ts';

/** The network and the disk between the phone and the server, as the run sets them. */
export interface Surroundings {
  isOnline: boolean;
  lostReplies: number;
  isDiskFull: boolean;
  /** How far the phone's wall clock is off, ms. */
  clockOffMs: number;
}

/** What must be true of the run, across all starts of the app. */
export class Ledger {
  /** Commands that are in the storage: they must take effect. In the order in which they were given. */
  readonly storedCommands = new Set<string>();
  readonly givenCommands: string[] = [];
  /** `boot/seq` of fixes that are in the storage: they must become durable. */
  readonly storedFixes = new Set<string>();
  readonly takenFixes = new Set<string>();
  readonly countedFixes = new Set<string>();
  /** Fixes that a killed app said it would lose. */
  unstoredAtKills = 0;
  readonly events: StorageEvent[] = [];
  pendingCalls = 0;
}

const TRANSIT_MS = 20;

/** One start of the app: the parts of the SDK's driver over a connection of the model, with a storage that a kill cuts off. */
export class AppStart {
  readonly boot: string;
  readonly uplink: Uplink;
  readonly commands: CommandQueue;
  readonly keeper: StoreKeeper;
  readonly clock: SdkClock;
  readonly #serverClock: ServerClock;
  readonly #world: World;
  readonly #server: ModelServer;
  readonly #around: Surroundings;
  readonly #ledger: Ledger;
  readonly #random: () => number;
  isKilled = false;
  #isConnected = false;
  #connection = 0;
  #isDead = false;

  constructor(
    boot: string,
    storage: SdkStorage,
    parts: { world: World; server: ModelServer; around: Surroundings; ledger: Ledger; random: () => number },
    capacity: number,
  ) {
    this.boot = boot;
    this.#world = parts.world;
    this.#server = parts.server;
    this.#around = parts.around;
    this.#ledger = parts.ledger;
    this.#random = parts.random;
    const startMs = parts.world.nowMs;
    this.clock = {
      wallMs: () => 1_800_000_000_000 + this.#world.nowMs + this.#around.clockOffMs,
      monotonicMs: () => this.#world.nowMs - startMs,
      random: parts.random,
      after: (delayMs, fn) => this.#world.after(delayMs, () => void (this.isKilled || fn())),
    };
    this.#serverClock = new ServerClock(this.clock);
    this.keeper = new StoreKeeper({
      storage: this.#watched(storage),
      clock: this.clock,
      restore: async (store) => ({
        fixes: await this.uplink.restore(store),
        commands: await this.commands.restore(store),
      }),
      onOpen: () => {
        this.commands.saveAll();
        void this.uplink.flush();
      },
      onLost: () => this.commands.handOver(),
      onEvent: (event) => this.#ledger.events.push(event),
    });
    this.commands = new CommandQueue({
      clock: this.clock,
      store: this.keeper,
      send: (event, body, timeoutMs) => this.#request(event, body, timeoutMs),
      isConnected: () => this.#isConnected && !this.isKilled,
      onEnd: () => undefined,
      onUnconfirmed: () => undefined,
    });
    const counted = (boot: string, seqs: readonly number[]) => {
      for (const seq of seqs) this.#ledger.countedFixes.add(`${boot}/${seq}`);
    };
    this.uplink = new Uplink({
      boot,
      clock: this.clock,
      serverClock: this.#serverClock,
      connection: {
        send: (event, body) => this.#send(event, body),
        request: (event, body, timeoutMs) => this.#request(event, body, timeoutMs) as never,
      },
      store: this.keeper,
      storage: { storedFixes: (parts) => new StoredFixes(parts) },
      outbox: { capacity, resendAfterMs: 5000, stallMs: 20_000, stallMaxMs: 20_000 },
      onTimeInDoubt: () => undefined,
      onOverflow: (lost) => counted(lost.boot, [lost.seq]),
      onRejected: (lost) => counted(lost.boot, lost.seqs),
    });
  }

  /** Begins as the driver does: commands at once, fixes when the time and the storage are known. */
  async connect(): Promise<void> {
    if (this.#isConnected || this.isKilled || !this.#around.isOnline) return;
    this.#isConnected = true;
    this.#isDead = false;
    const connection = ++this.#connection;
    this.#server.connect();
    this.commands.wake();
    const nowMs = this.clock.monotonicMs();
    const answer = { wallMs: 0, domainMs: this.#world.nowMs, rate: 1 } as never;
    this.#serverClock.adopt([{ sentMs: nowMs, receivedMs: nowMs, answer }]);
    const ack = this.#server.newestAck();
    await this.keeper.ready;
    if (this.#isConnected && connection === this.#connection && !this.isKilled) this.uplink.begin(ack);
  }

  disconnect(): void {
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.uplink.end();
  }

  /** The heartbeat has found that nothing arrives. */
  get isDead(): boolean {
    return this.#isDead;
  }

  acknowledge(): void {
    if (this.#isConnected && !this.isKilled && !this.#isDead)
      for (const ack of this.#server.acks()) this.uplink.acknowledge(ack);
  }

  take(lat: number): void {
    const seq = this.uplink.push((number, t): WireFix => [number, t, lat, 2]);
    this.#ledger.takenFixes.add(`${this.boot}/${seq}`);
  }

  give(commandId: string): void {
    this.#ledger.givenCommands.push(commandId);
    void this.commands.add({ event: 'trip:command', body: { commandId }, until: null });
  }

  /** From now on nothing that this start does has an effect. */
  kill(): void {
    this.isKilled = true;
    this.#isConnected = false;
    this.#ledger.unstoredAtKills += this.uplink.stats().unstored;
  }

  /** Messages of a connection arrive in order, or it is dead and none does any more. */
  #transmit(arrive: () => void): void {
    const connection = this.#connection;
    if (this.#random() < this.#around.lostReplies / 10) this.#isDead = true;
    const isDead = this.#isDead;
    this.#world.after(TRANSIT_MS, () => {
      if (!isDead && connection === this.#connection) arrive();
    });
  }

  #send(event: string, body: unknown): boolean {
    if (!this.#isConnected || this.isKilled) return false;
    this.#transmit(() => void this.#carryOut(event, body));
    return true;
  }

  #request(event: string, body: unknown, timeoutMs: number): Promise<Ack<object>> {
    if (!this.#isConnected || this.isKilled)
      return Promise.resolve(new CodedError('UNAVAILABLE', undefined, { effect: 'none' }).toRefusal());
    return new Promise((resolve) => {
      const cancel = this.clock.after(timeoutMs, () =>
        resolve(new CodedError('TIMEOUT', undefined, { effect: 'unknown' }).toRefusal()),
      );
      this.#transmit(() => {
        const reply = this.#carryOut(event, body);
        if (this.#random() < this.#around.lostReplies || this.isKilled) return;
        cancel();
        resolve(reply);
      });
    });
  }

  #carryOut(event: string, body: unknown): Ack<object> {
    if (event === 'location:update') {
      const { boot, fixes, lowest } = body as { boot: string; fixes: WireFix[]; lowest?: number };
      return this.#server.frame(boot, fixes, lowest);
    }
    this.#server.command((body as { commandId: string }).commandId);
    return { ok: true };
  }

  /** Notes what is stored; a killed app's calls change nothing and never return. */
  #watched(storage: SdkStorage): SdkStorage {
    const never = new Promise<never>(() => undefined);
    const ledger = this.#ledger;
    const run = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      if (this.isKilled) return never;
      ledger.pendingCalls++;
      try {
        const result = await call();
        return this.isKilled ? never : result;
      } finally {
        ledger.pendingCalls--;
      }
    };
    const watch = (store: RecordStore): RecordStore => ({
      append: (log, texts) =>
        run(async () => {
          if (this.#around.isDiskFull) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
          const ids = await store.append(log, texts);
          if (!this.isKilled) for (const text of texts) noteStored(ledger, log, text);
          return ids;
        }),
      read: (...page) => run(() => store.read(...page)),
      delete: (...records) => run(() => store.delete(...records)),
      deleteUpTo: (...records) => run(() => store.deleteUpTo(...records)),
      close: () => run(() => store.close()),
    });
    return {
      wipe: () => storage.wipe(),
      open: async (options) => watch(await run(() => storage.open(options))),
    };
  }
}

function noteStored(ledger: Ledger, log: LogName, text: string): void {
  const record = JSON.parse(text);
  if (log === 'commands') ledger.storedCommands.add(record.body.commandId);
  else for (const [seq] of record.fixes) ledger.storedFixes.add(`${record.boot}/${seq}`);
}
