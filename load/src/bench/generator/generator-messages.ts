import type { RawAddress } from './raw-socket.ts';

/** Sent once to a generator process. */
export interface GeneratorPlan {
  /** Nodes that the sockets are spread over, in turn. */
  readonly nodes: readonly RawAddress[];
  readonly drivers: readonly { readonly id: string; readonly auth: object }[];
  /** Riders, and what each sends after it has entered `/rider`; empty without followers. */
  readonly riders: readonly {
    readonly auth: object;
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

export type ToGenerator =
  | { readonly type: 'connect'; readonly plan: GeneratorPlan }
  | { readonly type: 'send'; readonly load: Load }
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
  | { readonly type: 'failed'; readonly reason: string };
