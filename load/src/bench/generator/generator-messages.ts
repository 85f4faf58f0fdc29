import type { RawAddress } from './raw-socket.ts';

/** Sent once to a generator process. */
export interface GeneratorPlan {
  /** Nodes that the sockets are spread over, in turn. */
  readonly nodes: readonly RawAddress[];
  readonly drivers: readonly {
    readonly id: string;
    readonly auth: object;
    /** The trip that this driver commands; absent where nobody follows them. */
    readonly tripId?: string;
  }[];
  /** Riders, and what each sends after it has entered `/rider`; empty without followers. */
  readonly riders: readonly {
    readonly auth: object;
    /** Whom they follow, by place in `drivers`. */
    readonly driver: number;
    readonly subscribe: readonly [event: string, body: unknown];
  }[];
  readonly boot: string;
  /** Confirms positions with `track:seen` as the SDK does. */
  readonly seen: boolean;
}

/** The load of one run: an open loop at a rate. */
export interface Load {
  readonly framesPerSecond: number;
  readonly durationMs: number;
  readonly fixesPerFrame: number;
  /** Asks for the acknowledgement of each frame, and takes its time. */
  readonly acknowledged: boolean;
  /** Only every n-th frame asks. Without a common divisor with the number of drivers, so that each driver asks in turn. */
  readonly acknowledgeEvery?: number;
  /** The drivers that send, by their place in the plan; absent: all. */
  readonly senders?: { readonly first: number; readonly count: number };
}

/** What drivers do in the middle of a ride and at its end. */
export type DriverAct = 'pause' | 'resume' | 'complete';

/** One command from each driver with a trip. */
export interface CommandLoad {
  readonly act: DriverAct;
  readonly commandsPerSecond: number;
}

export interface CommandCounts {
  readonly commands: number;
  readonly acknowledged: number;
  /** For good. */
  readonly refused: number;
  /** Commands sent again because the server could not take them yet. */
  readonly repeats: number;
  /** States that followers should have received: of each acknowledged command as many as follow its trip. */
  readonly due: number;
  readonly delivered: number;
  /** Ms from the first send of a command to the state's arrival at a follower. */
  readonly latenciesMs: readonly number[];
}

export type ToGenerator =
  | { readonly type: 'connect'; readonly plan: GeneratorPlan }
  | { readonly type: 'send'; readonly load: Load }
  | { readonly type: 'command'; readonly load: CommandLoad }
  | { readonly type: 'settle'; readonly deadlineMs: number }
  | { readonly type: 'close' };

export interface GeneratorCounts {
  readonly framesSent: number;
  readonly fixesSent: number;
  /** Frames that were due but could not be sent in time: an open loop that lags must say so. */
  readonly framesLate: number;
  readonly acks: number;
  /** Ms, sampled from all acknowledgements. */
  readonly ackLatenciesMs: readonly number[];
  readonly positions: number;
  /** Positions skipped before one that arrived, as that one reports: held back from a rider that had not confirmed earlier ones. */
  readonly skipped: number;
  /** Ms between a fix's time and its arrival at a rider. */
  readonly positionAgesMs: readonly number[];
  readonly refused: number;
  /** Lost connections. */
  readonly closed: number;
  /** Drivers whose last seq is durable. */
  readonly durableDrivers: number;
}

export type FromGenerator =
  | { readonly type: 'connected'; readonly sockets: number }
  | { readonly type: 'sent'; readonly counts: GeneratorCounts }
  | { readonly type: 'settled'; readonly counts: GeneratorCounts }
  | { readonly type: 'commanded'; readonly counts: CommandCounts }
  | { readonly type: 'failed'; readonly reason: string };
