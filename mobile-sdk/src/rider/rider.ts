import {
  type CommandId,
  inOneCase,
  type Notification,
  type TrackPosition,
  type TrackSubscribed,
  type TripEvent,
  type TripId,
  type TripRequest,
  type TripStatus,
} from '@rideline/contract';
import type { AppStateSource } from '../app-state/app-state.ts';
import { clientCommands } from '../commands/client-commands.ts';
import type { CommandOutcome, CommandQueue, StoredCommand } from '../commands/command-queue.ts';
import { Connection } from '../connection/connection.ts';
import type { ConnectionState, TransportName } from '../connection/connection-state.ts';
import { WakeSignals } from '../connection/wake-signals.ts';
import { clockFacts, type Diagnostics, diagnosticsOf } from '../diagnostics/diagnostics.ts';
import type { LogHandler } from '../diagnostics/log-events.ts';
import { Recorder } from '../diagnostics/recorder.ts';
import { storageFields } from '../diagnostics/storage-fields.ts';
import { errorFrom, type RidelineError } from '../errors/rideline-error.ts';
import { Follow, type FollowHandlers, NO_CHECKS } from '../follow/follow.ts';
import { NO_COUNTS } from '../follow/follow-state.ts';
import type { NetworkSource } from '../network/network.ts';
import { DeliveredNotifications } from '../notifications/delivered-notifications.ts';
import type { TokenSource } from '../session/token-source.ts';
import type { SdkStorage } from '../storage/storage.ts';
import { type StorageEvent, StoreKeeper } from '../storage/store-keeper.ts';
import { deviceClock, type SdkClock } from '../time/clock.ts';
import { ServerClock } from '../time/server-clock.ts';
import { TimeKeeper } from '../time/time-keeper.ts';
import { reportListenerError, TypedEvents } from '../typed-events.ts';
import { newUuid } from '../uuid.ts';
import { tripIdOf } from './trip-id.ts';

export interface RiderOptions {
  /** URL of the front port. */
  url: string;
  token: TokenSource;
  clock?: SdkClock;
  transports?: readonly TransportName[];
  /** Storage in which requests and cancellations survive the app; in memory only when absent. */
  storage?: SdkStorage;
  /** A listener for the network: the SDK dials sooner when it is back. */
  network?: NetworkSource;
  /** A listener for the app's state: in the foreground an open connection has 2 s to show that it lives. */
  appState?: AppStateSource;
  /** Receives what the SDK does, for the app's log: no token and no coordinate is in it. */
  log?: LogHandler;
  /** Receives errors of the app's own listeners; by default the host's uncaught-error handler does. */
  onListenerError?: (error: unknown) => void;
}

export type RiderEvents = {
  state: ConnectionState;
  /** The SDK will not reconnect; undefined when the app closed the connection. */
  stopped: RidelineError | undefined;
  notification: Notification;
  /** A request or a cancellation may have taken effect, but is not confirmed: the SDK sends it again until the server says. */
  unconfirmed: { command: StoredCommand };
  /** A request or a cancellation has ended; also one from an earlier start of the app. */
  command: { command: StoredCommand; outcome: CommandOutcome<object> };
  /** What happens to the storage. Whatever that is, the SDK goes on in memory. */
  storage: StorageEvent;
};

/** A trip to request. `tripId`: created by the SDK when absent. `scheduledAt`: epoch ms on the server's clock. */
export type TripInput = Omit<TripRequest, 'tripId'> & { tripId?: string };

/**
 * Sums over all followed trips. `holes`: something was missing and the SDK subscribed again · `silences`: a trip that told nothing for 12 s
 * was compared with the server · `hiddenGaps`: of these, something had been missed.
 */
export interface RiderStats {
  connects: number;
  following: number;
  positions: number;
  events: number;
  skipped: number;
  duplicates: number;
  holes: number;
  resets: number;
  recoveries: number;
  silences: number;
  hiddenGaps: number;
}

/** Ended trips are kept for screens that still show them, up to so many trips altogether. */
const FOLLOWS_KEPT = 32;

/** A rider's phone: requests and follows trips, and resumes after every interruption. */
export class Rider {
  readonly #clock: SdkClock;
  readonly #recorder: Recorder;
  readonly #surroundings: WakeSignals;
  readonly #connection: Connection;
  readonly #serverClock: ServerClock;
  readonly #time: TimeKeeper;
  readonly #events: TypedEvents<RiderEvents>;
  readonly #delivered = new DeliveredNotifications();
  readonly #store: StoreKeeper;
  readonly #commands: CommandQueue;
  readonly #onListenerError: (error: unknown) => void;
  readonly #follows = new Map<string, Follow>();
  readonly #endedCounts = { ...NO_COUNTS, ...NO_CHECKS };
  #connects = 0;

  constructor(options: RiderOptions) {
    this.#clock = options.clock ?? deviceClock;
    this.#onListenerError = options.onListenerError ?? reportListenerError;
    this.#events = new TypedEvents(this.#onListenerError);
    this.#recorder = new Recorder(this.#clock, options.log, options.onListenerError);
    this.#surroundings = new WakeSignals({
      network: options.network,
      appState: options.appState,
      recorder: this.#recorder,
      onWake: () => this.wake(),
    });
    this.#connection = new Connection({
      url: options.url,
      namespace: '/rider',
      token: options.token,
      clock: this.#clock,
      recorder: this.#recorder,
      ...(options.transports === undefined ? {} : { transports: options.transports }),
      onState: (state) => this.#onState(state),
      onEvent: (event, body, ack) => this.#onEvent(event, body, ack),
    });
    this.#serverClock = new ServerClock(this.#clock);
    this.#time = new TimeKeeper(this.#serverClock, this.#clock, this.#connection, () => undefined);
    this.#store = new StoreKeeper({
      storage: options.storage,
      clock: this.#clock,
      restore: async (store) => ({ fixes: 0, commands: await this.#commands.restore(store) }),
      onOpen: () => this.#commands.saveAll(),
      onLost: () => this.#commands.handOver(),
      onEvent: (event) => {
        this.#recorder.log(`storage.${event.kind}`, storageFields(event));
        this.#events.emit('storage', event);
      },
    });
    this.#commands = clientCommands({
      clock: this.#clock,
      store: this.#store,
      connection: this.#connection,
      recorder: this.#recorder,
      onEnd: (ended) => this.#events.emit('command', ended),
      onUnconfirmed: (sent) => this.#events.emit('unconfirmed', sent),
    });
  }

  /**
   * Requests a trip; sent until the server has answered finally. Repeating an id requests the same trip. It can be followed at once.
   * Refused with CONFLICT while another trip of this rider is open.
   */
  async requestTrip(input: TripInput): Promise<CommandOutcome<TripStatus>> {
    const { tripId = newUuid(this.#clock), ...rest } = input;
    return await this.#run('trip:request', { tripId, ...rest });
  }

  async cancelTrip(tripId: TripId | string, reason?: string): Promise<CommandOutcome<TripStatus>> {
    const commandId = newUuid(this.#clock) as CommandId;
    // The server uses its own clock here.
    const at = Math.round(this.#clock.wallMs());
    const withReason = reason === undefined ? {} : { reason };
    return await this.#run('trip:command', { commandId, tripId, action: 'cancel', at, ...withReason });
  }

  async #run(event: string, body: StoredCommand['body']): Promise<CommandOutcome<TripStatus>> {
    return (await this.#commands.add({ event, body, until: null })) as CommandOutcome<TripStatus>;
  }

  connect(): void {
    this.#surroundings.start();
    this.#connection.open();
  }

  /** Closes the connection for good, and then the storage: the next start sends the commands that are stored. */
  async close(): Promise<void> {
    this.#surroundings.stop();
    this.#commands.close();
    for (const follow of [...this.#follows.values()]) follow.stop();
    this.#connection.close();
    await this.#store.close();
  }

  /**
   * The network is back, or the app in the foreground: reconnects without further waiting, or asks whether the open connection lives. Called by
   * `network` and `appState`; an app without them calls it.
   */
  wake(): void {
    this.#connection.wake();
    this.#store.reopen();
    void this.#time.recheck();
  }

  /** The server's domain clock as this phone estimates it, epoch ms. */
  serverNow(): number {
    return this.#serverClock.now();
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** Returns the function that removes the listener. */
  on<Name extends keyof RiderEvents>(name: Name, fn: (value: RiderEvents[Name]) => void): () => void {
    return this.#events.on(name, fn);
  }

  /**
   * Follows a trip until it ends or `stop`. A trip is followed once, however many screens and handlers follow it: handlers that come later
   * begin with its current state, and `stop` ends it for all. At most 16 trips at a time.
   */
  follow(tripId: string, handlers?: FollowHandlers): Follow {
    const id = tripIdOf(tripId);
    const known = this.#follows.get(id);
    const follow = known ?? this.#newFollow(id);
    if (handlers !== undefined) follow.add(handlers);
    if (known === undefined || known.isDone) follow.start();
    return follow;
  }

  /** The trip as it is followed, or was followed lately; undefined when it was not. */
  followed(tripId: string): Follow | undefined {
    return this.#follows.get(inOneCase(tripId));
  }

  stats(): RiderStats {
    const sums = { ...this.#endedCounts };
    let following = 0;
    for (const follow of this.#follows.values()) {
      addCounts(sums, { ...follow.state.counts, ...follow.checks });
      if (!follow.isDone) following++;
    }
    return { connects: this.#connects, following, ...sums };
  }

  /** A snapshot for a support ticket, JSON-able, without secrets and coordinates. */
  diagnostics(): Diagnostics {
    const { following, ...counters } = this.stats();
    return diagnosticsOf({
      role: 'rider',
      sdkClock: this.#clock,
      connection: this.#connection,
      recorder: this.#recorder,
      surroundings: this.#surroundings,
      clock: clockFacts(this.#serverClock),
      queues: { following, commands: this.#commands.size, stored: this.#store.isOpen },
      counters: { ...counters },
      device: {},
    });
  }

  #newFollow(tripId: TripId): Follow {
    for (const [id, old] of this.#follows) {
      if (this.#follows.size < FOLLOWS_KEPT) break;
      if (!old.isDone) continue;
      this.#follows.delete(id);
      addCounts(this.#endedCounts, { ...old.state.counts, ...old.checks });
    }
    const follow = new Follow({
      tripId,
      connection: this.#connection,
      clock: this.#clock,
      ageOf: (timestamp) => this.#ageOf(timestamp),
      onHandlerError: this.#onListenerError,
    });
    this.#follows.set(tripId, follow);
    return follow;
  }

  #ageOf(timestamp: number): number | undefined {
    const { synced, rate } = this.#serverClock;
    return synced ? (this.#serverClock.now() - timestamp) / rate : undefined;
  }

  #onState(state: ConnectionState): void {
    if (state.kind === 'connected') {
      this.#connects++;
      this.#commands.wake();
      void this.#time.start();
    } else this.#time.stop();
    // The server has ended the session: nothing of the trip may be shown as if it went on.
    const endCode = state.kind === 'stopped' ? state.advice?.code : undefined;
    for (const follow of [...this.#follows.values()]) {
      if (state.kind === 'connected') void follow.subscribe();
      else if (endCode !== undefined) follow.end(endCode);
      else follow.disconnected();
    }
    this.#events.emit('state', state);
    if (state.kind === 'stopped') this.#events.emit('stopped', state.advice && errorFrom(state.advice));
  }

  #onEvent(event: string, body: unknown, ack: ((reply: { ok: true }) => void) | undefined): void {
    switch (event) {
      case 'location:update': {
        const position = body as TrackPosition;
        this.#follows.get(position.tripId)?.onPosition(position);
        break;
      }
      case 'trip:event': {
        const tripEvent = body as TripEvent;
        this.#follows.get(tripEvent.tripId)?.onEvent(tripEvent);
        break;
      }
      case 'track:reset': {
        const subscribed = body as TrackSubscribed;
        this.#follows.get(subscribed.snapshot.tripId)?.onReset(subscribed);
        break;
      }
      case 'notification':
        if (this.#delivered.take(body as Notification))
          this.#events.emit('notification', body as Notification);
        ack?.({ ok: true });
        break;
      default: // Ignores events that only a newer server sends.
    }
  }
}

type Counts = Omit<RiderStats, 'connects' | 'following'>;

function addCounts(sums: Counts, counts: Counts): void {
  for (const name of Object.keys(counts) as (keyof Counts)[]) sums[name] += counts[name];
}
