import type {
  CommandId,
  DriverAction,
  DriverStatus,
  DriverStatusValue,
  DriverSync,
  DriverWatchers,
  HealthCondition,
  LocationAck,
  LocationRefused,
  Notification,
  Offer,
  OfferRevoked,
  RefusedVerdict,
  SeqRange,
  TripEvent,
  TripSnapshot,
  TripStatus,
  UplinkPolicy,
  WireFix,
} from '@rideline/contract';
import type { AppStateSource } from '../app-state/app-state.ts';
import { clientCommands } from '../commands/client-commands.ts';
import type { CommandOutcome, CommandQueue, StoredCommand } from '../commands/command-queue.ts';
import { Connection } from '../connection/connection.ts';
import { type ConnectionState, retryAdvice, type TransportName } from '../connection/connection-state.ts';
import { WakeSignals } from '../connection/wake-signals.ts';
import { clockFacts, type Diagnostics, diagnosticsOf } from '../diagnostics/diagnostics.ts';
import type { LogHandler } from '../diagnostics/log-events.ts';
import { Recorder } from '../diagnostics/recorder.ts';
import { storageFields } from '../diagnostics/storage-fields.ts';
import { errorFrom, type RidelineError } from '../errors/rideline-error.ts';
import type { OutboxOptions } from '../fixes/outbox.ts';
import type { DriverStorage } from '../fixes/stored-fixes.ts';
import { Uplink, type UplinkStats } from '../fixes/uplink.ts';
import type { DeviceState } from '../location/location-source.ts';
import type { LocationTracking, LocationTrackingParts } from '../location/track-location.ts';
import type { NetworkSource } from '../network/network.ts';
import { DeliveredNotifications } from '../notifications/delivered-notifications.ts';
import type { TokenSource } from '../session/token-source.ts';
import { type ClientStore, noStore } from '../storage/no-store.ts';
import type { StorageEvent } from '../storage/store-keeper.ts';
import { deviceClock, newBootId, type SdkClock } from '../time/clock.ts';
import { ServerClock } from '../time/server-clock.ts';
import { TimeKeeper } from '../time/time-keeper.ts';
import { Timer } from '../time/timer.ts';
import { reportListenerError, TypedEvents } from '../typed-events.ts';
import { newUuid } from '../uuid.ts';
import { DriverTrips, type DriverTripsChange } from './driver-trips.ts';
import { StatusKeeper, type StatusOutcome } from './status-keeper.ts';

export interface DriverOptions {
  /** URL of the front port. */
  url: string;
  token: TokenSource;
  /** Id of this start of the app; created when absent. Never reuse one: seqs start at 0. */
  boot?: string;
  clock?: SdkClock;
  transports?: readonly TransportName[];
  outbox?: Partial<OutboxOptions>;
  /** Storage in which commands and fixes survive the app, e.g. `driverStorage(fileStorage())`; in memory only when absent. */
  storage?: DriverStorage;
  /** A listener for the network: the SDK dials sooner when it is back. */
  network?: NetworkSource;
  /** A listener for the app's state: in the foreground an open connection has 2 s to show that it lives. */
  appState?: AppStateSource;
  /** Receives what the SDK does, for the app's log: no token and no coordinate is in it. */
  log?: LogHandler;
  /** Receives errors of the app's own listeners; by default the host's uncaught-error handler does. */
  onListenerError?: (error: unknown) => void;
}

/**
 * `lat`, `lng`: degrees WGS84 · `t`: epoch ms on the server's domain clock, stamped by the SDK when absent · `speed`: m/s ·
 * `heading`: degrees from north · `accuracy`: metres · `flags`: see FIX_FLAGS · `ageMs`: how long ago it was measured, for the SDK's stamp.
 */
export interface FixInput {
  lat: number;
  lng: number;
  t?: number;
  speed?: number | null;
  heading?: number | null;
  accuracy?: number | null;
  flags?: number;
  ageMs?: number;
}

export type DriverEvents = {
  state: ConnectionState;
  /** The SDK will not reconnect; undefined when the app closed the connection. */
  stopped: RidelineError | undefined;
  ack: LocationAck;
  refused: LocationRefused;
  policy: UplinkPolicy;
  tripEvent: TripEvent;
  /** How many follow the current ride: its rider and the holders of its share links. At most once a second. */
  watchers: DriverWatchers;
  /** Emitted once, however often the server sends the offer. */
  offer: Offer;
  offerRevoked: OfferRevoked;
  /** Open offers, after one has come or gone. */
  offers: readonly Offer[];
  /** The current ride, or the one after it, has changed. */
  trip: { trip: TripSnapshot | null; queued: TripSnapshot | null };
  /** A command may have taken effect, but is not confirmed: the SDK sends it again until the server says. */
  unconfirmed: { command: StoredCommand };
  /** A command has ended; also one from an earlier start of the app. */
  command: { command: StoredCommand; outcome: CommandOutcome<object> };
  notification: Notification;
  /** The server misses positions and has woken the app; the location source is re-armed already. */
  wake: undefined;
  /** Something is wrong with the location source or the device, or is well again: the conditions in force, and what the device says. */
  health: { conditions: HealthCondition[]; device: DeviceState };
  status: StatusOutcome;
  /** The outbox was full: this fix is lost. `boot`: this start of the app, or an earlier one. */
  overflow: { boot: string; seq: number };
  /** The server refused these fixes for good. `boot`: this start of the app, or an earlier one. */
  rejected: { boot: string; seqs: number[]; code: string };
  /** What happens to the storage. Whatever that is, the SDK goes on in memory. */
  storage: StorageEvent;
};

export interface DriverStats extends UplinkStats {
  connects: number;
  refusedBy: Partial<Record<RefusedVerdict, number>>;
  transport: TransportName | undefined;
  /** Round trip of the time sample in use, ms. */
  roundTripMs: number | undefined;
}

const SYNC_TIMEOUT_MS = 10_000;
const SYNC_RETRY_MS = 3000;
/** How long the answer to an offer is tried that this start of the app has not seen, as after a tap on a push. */
const UNSEEN_ANSWER_MS = 2000;

/** A driver's phone: numbers fixes and keeps them until they are durable, and keeps the server's view of the status current. */
export class Driver {
  readonly boot: string;
  readonly #serverClock: ServerClock;
  readonly #connection: Connection;
  readonly #events: TypedEvents<DriverEvents>;
  readonly #delivered = new DeliveredNotifications();
  readonly #uplink: Uplink;
  readonly #status: StatusKeeper;
  readonly #time: TimeKeeper;
  readonly #clock: SdkClock;
  readonly #store: ClientStore;
  readonly #recorder: Recorder;
  readonly #surroundings: WakeSignals;
  readonly #commands: CommandQueue;
  readonly #trips = new DriverTrips();
  readonly #expiry: Timer;
  readonly #syncTimer: Timer;
  readonly #refusedBy: Partial<Record<RefusedVerdict, number>> = {};
  #offersShown: readonly Offer[] = [];
  #tracking: LocationTracking | undefined;
  #policy: UplinkPolicy | undefined;
  #watchers: DriverWatchers | undefined;
  #connects = 0;

  constructor(options: DriverOptions) {
    const clock = options.clock ?? deviceClock;
    this.boot = options.boot ?? newBootId(clock);
    this.#serverClock = new ServerClock(clock);
    this.#events = new TypedEvents(options.onListenerError ?? reportListenerError);
    this.#recorder = new Recorder(clock, options.log, options.onListenerError);
    this.#surroundings = new WakeSignals({
      network: options.network,
      appState: options.appState,
      recorder: this.#recorder,
      onWake: () => this.wake(),
    });
    this.#connection = new Connection({
      url: options.url,
      namespace: '/driver',
      token: options.token,
      clock,
      recorder: this.#recorder,
      ...(options.transports === undefined ? {} : { transports: options.transports }),
      onState: (state) => this.#onState(state),
      onEvent: (event, body, ack) => this.#onEvent(event, body, ack),
    });
    this.#status = new StatusKeeper(this.#connection, clock, (outcome) =>
      this.#events.emit('status', outcome),
    );
    this.#time = new TimeKeeper(this.#serverClock, clock, this.#connection, () => this.#uplink.stamp());
    this.#clock = clock;
    this.#expiry = new Timer(clock);
    this.#syncTimer = new Timer(clock);
    const store = options.storage?.storeKeeper({
      clock,
      restore: async (store) => ({
        fixes: await this.#uplink.restore(store),
        commands: await this.#commands.restore(store),
      }),
      onOpen: () => {
        this.#commands.saveAll();
        void this.#uplink.flush();
      },
      onLost: () => this.#commands.handOver(),
      onEvent: (event) => {
        this.#recorder.log(`storage.${event.kind}`, storageFields(event));
        this.#events.emit('storage', event);
      },
    });
    this.#store = store ?? noStore();
    this.#commands = clientCommands({
      clock,
      store: this.#store,
      connection: this.#connection,
      recorder: this.#recorder,
      onEnd: (ended) => this.#events.emit('command', ended),
      onUnconfirmed: (sent) => this.#events.emit('unconfirmed', sent),
    });
    this.#uplink = new Uplink({
      boot: this.boot,
      clock,
      serverClock: this.#serverClock,
      connection: this.#connection,
      store: this.#store,
      storage: options.storage,
      ...(options.outbox === undefined ? {} : { outbox: options.outbox }),
      onTimeInDoubt: () => void this.#time.recheck(),
      onOverflow: (lost) => {
        this.#recorder.log('fixes.dropped', { count: 1 });
        this.#events.emit('overflow', lost);
      },
      onRejected: (lost) => {
        this.#recorder.log('fixes.rejected', { count: lost.seqs.length, code: lost.code });
        this.#events.emit('rejected', lost);
      },
    });
  }

  connect(): void {
    this.#surroundings.start();
    this.#connection.open();
  }

  /**
   * Stops tracking, closes the connection for good, and then the storage: resolves when everything is stored. Fixes that are not durable stay in `stats().held`,
   * and the next start sends what is stored.
   */
  async close(): Promise<void> {
    this.#tracking?.close();
    this.#surroundings.stop();
    this.#commands.close();
    this.#expiry.clear();
    this.#connection.close();
    await this.#uplink.flush();
    await this.#store.close();
  }

  /** Resolves when every fix taken until now is stored (or cannot be: see `storage`): for a background task that the system ends afterwards. */
  flush(): Promise<void> {
    return this.#uplink.flush();
  }

  /**
   * The network is back, or the app in the foreground: reconnects without further waiting, or asks whether the open connection lives. Called by
   * `network` and `appState`; an app without them calls it.
   */
  wake(): void {
    this.#connection.wake();
    void this.#time.recheck();
    this.#tracking?.wake();
    this.#store.reopen();
    // Timers stand still while some devices sleep.
    this.#expireOffers();
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Returns the function that removes the listener. */
  on<Name extends keyof DriverEvents>(name: Name, fn: (value: DriverEvents[Name]) => void): () => void {
    return this.#events.on(name, fn);
  }

  /** Takes a fix, online or not, and returns its seq. Every one is sent: `trackLocation` chooses by the uplink policy instead. */
  push(input: FixInput): number {
    return this.#uplink.push((seq, t) => wireFix(seq, input.t ?? t, input), input.ageMs);
  }

  /** @internal For `trackLocation`, which makes it once. */
  tracking(make: (parts: LocationTrackingParts) => LocationTracking): LocationTracking {
    this.#tracking ??= make({
      boot: this.boot,
      clock: this.#clock,
      serverClock: this.#serverClock,
      connection: this.#connection,
      policy: () => this.#policy,
      onFix: (fix) => this.push(fix),
      onHealth: (health) => this.#events.emit('health', health),
    });
    return this.#tracking;
  }

  /** The uplink policy in force; undefined before the first connection. */
  get policy(): UplinkPolicy | undefined {
    return this.#policy;
  }

  /** Sent until the server has confirmed it, and again on every connection. The newest wins. */
  setStatus(status: DriverStatusValue, vehicleId?: DriverStatus['vehicleId']): void {
    this.#status.set({ status, ...(vehicleId === undefined ? {} : { vehicleId }) });
  }

  /** The current ride. */
  get trip(): TripSnapshot | null {
    return this.#trips.trip;
  }

  /** The ride after it. */
  get queued(): TripSnapshot | null {
    return this.#trips.queued;
  }

  /** How many follow the current ride: its rider and the holders of its share links. */
  get watchers(): number {
    const known = this.#watchers;
    return known !== undefined && known.tripId === this.trip?.tripId ? known.count : 0;
  }

  /** Open offers. */
  get offers(): Offer[] {
    return this.#trips.offers;
  }

  /** Answers an offer, not later than its window ends. The outcome is GONE when it is over, or another driver was faster. */
  async answerOffer(offerId: Offer['offerId'], accept: boolean): Promise<CommandOutcome<TripStatus>> {
    const offer = this.#trips.offer(offerId);
    const unseenMs = this.#trips.wasShown(offerId) ? 0 : UNSEEN_ANSWER_MS;
    const until = this.#clock.wallMs() + (offer ? this.#untilMs(offer.expiresAt) : unseenMs);
    this.#trips.answering(offerId);
    const body = { commandId: newUuid(this.#clock) as CommandId, offerId, accept };
    const outcome = await this.#run('offer:answer', body, until);
    if (offer && outcome.ok) this.#apply(this.#trips.answered(offer, outcome, accept));
    else if (offer) this.#apply(this.#trips.revoked({ offerId, reason: 'ended' }));
    return outcome;
  }

  /** Sends a trip command: kept until the server has answered, in the order given. */
  async tripCommand(
    tripId: TripStatus['tripId'],
    action: DriverAction,
    options: { reason?: string } = {},
  ): Promise<CommandOutcome<TripStatus>> {
    const at = Math.round(this.serverNow());
    const body = { commandId: newUuid(this.#clock) as CommandId, tripId, action, at, ...options };
    const outcome = await this.#run('trip:command', body, null);
    if (outcome.ok) this.#apply(this.#trips.update(outcome, action === 'cancel'));
    return outcome;
  }

  async #run(
    event: string,
    body: StoredCommand['body'],
    until: number | null,
  ): Promise<CommandOutcome<TripStatus>> {
    return (await this.#commands.add({ event, body, until })) as CommandOutcome<TripStatus>;
  }

  #apply(change: DriverTripsChange): void {
    for (const offer of change.newOffers) this.#events.emit('offer', offer);
    for (const revoked of change.goneOffers) this.#events.emit('offerRevoked', revoked);
    if (change.tripChanged) this.#events.emit('trip', { trip: this.trip, queued: this.queued });
    const { nextExpiry } = this.#trips;
    if (nextExpiry === Number.POSITIVE_INFINITY) this.#expiry.clear();
    else this.#expiry.set(this.#untilMs(nextExpiry), () => this.#expireOffers());
    const { offers } = this;
    const shown = this.#offersShown;
    if (offers.length === shown.length && offers.every((offer, at) => offer === shown[at])) return;
    this.#offersShown = offers;
    this.#events.emit('offers', offers);
  }

  /** An offer ends on this phone by itself: offline nobody revokes it. */
  #expireOffers(): void {
    this.#apply(this.#trips.expired(this.serverNow()));
  }

  /** Real ms until a domain instant. */
  #untilMs(domainMs: number): number {
    return Math.ceil(Math.max(0, domainMs - this.serverNow()) / this.#serverClock.rate);
  }

  /** Waits until every fix is durable, at most `deadlineMs`. Returns how many are not. */
  drain(deadlineMs: number): Promise<{ left: number }> {
    return this.#uplink.drain(deadlineMs, () => this.#connection.state.kind === 'stopped');
  }

  /** Ranges of held seqs that the server never acknowledged, or whose acknowledgement it took back. */
  unacknowledged(): SeqRange[] {
    return this.#uplink.unacknowledged();
  }

  /** The server's domain clock as this phone estimates it, epoch ms. */
  serverNow(): number {
    return this.#serverClock.now();
  }

  stats(): DriverStats {
    const state = this.#connection.state;
    return {
      ...this.#uplink.stats(),
      connects: this.#connects,
      refusedBy: { ...this.#refusedBy },
      transport: state.kind === 'connected' ? state.transport : undefined,
      roundTripMs: this.#serverClock.roundTripMs,
    };
  }

  /** A snapshot for a support ticket, JSON-able, without secrets and coordinates. */
  diagnostics(): Diagnostics {
    const { refusedBy, transport: _, ...counters } = this.stats();
    return diagnosticsOf({
      role: 'driver',
      sdkClock: this.#clock,
      connection: this.#connection,
      recorder: this.#recorder,
      surroundings: this.#surroundings,
      clock: clockFacts(this.#serverClock),
      queues: { fixes: counters.held, commands: this.#commands.size, stored: this.#store.isOpen },
      counters: { ...counters, ...refusedBy, ...this.#tracking?.counters },
      device: { ...this.#tracking?.device },
    });
  }

  #onState(state: ConnectionState): void {
    if (state.kind === 'connected') {
      this.#connects++;
      void this.#prepare(this.#connects);
    } else {
      this.#uplink.end();
      this.#status.stop();
      this.#time.stop();
      this.#syncTimer.clear();
      this.#tracking?.disconnected();
    }
    this.#events.emit('state', state);
    if (state.kind !== 'stopped') return;
    this.#uplink.wakeDrainers();
    this.#events.emit('stopped', state.advice && errorFrom(state.advice));
  }

  /** Before fixes are sent: the status, the server's time, and what the server has of this boot. */
  async #prepare(connect: number): Promise<void> {
    void this.#status.send();
    this.#commands.wake();
    await this.#time.start();
    const sync = await this.#sync(connect);
    // Fixes of earlier starts go first.
    await this.#store.ready;
    if (connect !== this.#connects || !this.#connection.connected) return;
    this.#uplink.begin(sync?.ack);
    this.#tracking?.connected();
  }

  /** What the server knows of this driver. One that cannot say is asked again: an app that resumes would show an old trip until the next connection. */
  async #sync(connect: number): Promise<DriverSync | undefined> {
    this.#trips.syncBegins();
    const sync = await this.#connection.request<DriverSync>('sync', {}, SYNC_TIMEOUT_MS);
    if (connect !== this.#connects || !this.#connection.connected) return undefined;
    if (sync.ok) {
      this.#setPolicy(sync.policy);
      this.#apply(this.#trips.synced(sync));
      const { trip, watchers: count = 0 } = sync;
      if (trip !== undefined) this.#setWatchers({ tripId: trip.tripId, count });
      return sync;
    }
    this.#trips.syncFailed();
    const waitMs = (sync.retryAfterMs ?? SYNC_RETRY_MS) * (1 + this.#clock.random());
    if (retryAdvice(sync.code) === 'later') this.#syncTimer.set(waitMs, () => void this.#sync(connect));
    return undefined;
  }

  #setWatchers(watchers: DriverWatchers): void {
    this.#watchers = watchers;
    this.#events.emit('watchers', watchers);
  }

  #setPolicy(policy: UplinkPolicy): void {
    this.#policy = policy;
    this.#uplink.setPolicy(policy);
    this.#tracking?.setPolicy(policy);
    this.#events.emit('policy', policy);
  }

  #onEvent(event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined): void {
    switch (event) {
      case 'location:ack':
        this.#uplink.acknowledge(body as LocationAck);
        this.#events.emit('ack', body as LocationAck);
        break;
      case 'location:refused':
        this.#onRefused(body as LocationRefused);
        break;
      case 'uplink:policy':
        this.#setPolicy(body as UplinkPolicy);
        break;
      case 'trip:event':
        this.#events.emit('tripEvent', body as TripEvent);
        this.#apply(this.#trips.event(body as TripEvent));
        break;
      case 'trip:watchers':
        this.#setWatchers(body as DriverWatchers);
        break;
      case 'offer:new':
        ack?.({ ok: true });
        this.#apply(this.#trips.offered(body as Offer));
        break;
      case 'offer:revoked':
        this.#apply(this.#trips.revoked(body as OfferRevoked));
        break;
      case 'notification':
        if (this.#delivered.take(body as Notification)) this.#onNotification(body as Notification);
        ack?.({ ok: true });
        break;
      default: // Ignores events that only a newer server sends.
    }
  }

  #onNotification(notification: Notification): void {
    if (notification.kind !== 'wake') {
      this.#events.emit('notification', notification);
      return;
    }
    this.#tracking?.wake();
    this.#events.emit('wake', undefined);
  }

  #onRefused(refused: LocationRefused): void {
    for (const { verdict } of refused.items) {
      if (verdict !== 'ok') this.#refusedBy[verdict] = (this.#refusedBy[verdict] ?? 0) + 1;
    }
    this.#events.emit('refused', refused);
  }
}

/** Trailing absent values are not sent. */
function wireFix(seq: number, t: number | null, input: FixInput): WireFix {
  const rest = [input.speed, input.heading, input.accuracy, input.flags].map((value) => value ?? null);
  while (rest.length > 0 && rest[rest.length - 1] === null) rest.pop();
  return [seq, t, input.lat, input.lng, ...rest];
}
