export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Every event that the SDK logs, with its level. Names are stable: an app may count them. docs/sdk-errors.md repeats the table, and a test
 * compares the two.
 */
export const LOG_EVENTS = {
  'connection.connecting': 'debug',
  'connection.connected': 'info',
  'connection.waiting': 'info',
  'connection.stopped': 'warn',
  'connection.probed': 'debug',
  'connection.dead': 'warn',
  'token.failed': 'warn',
  'token.refreshed': 'debug',
  'session.ended': 'warn',
  'rest.retried': 'info',
  'rest.failed': 'warn',
  'network.changed': 'info',
  'app.foreground': 'info',
  'app.background': 'info',
  'fixes.dropped': 'warn',
  'fixes.rejected': 'error',
  'command.ended': 'info',
  'command.unconfirmed': 'warn',
  'storage.open': 'info',
  'storage.waiting': 'warn',
  'storage.failed': 'error',
  'storage.lost': 'warn',
} as const satisfies Record<string, LogLevel>;

export type LogEvent = keyof typeof LOG_EVENTS;

/** All that an entry may say: no token, no coordinate, no text of a person or a server has a place here. */
export interface LogFields {
  /** A code of the closed list, or the newer one of a server. */
  readonly code?: string | undefined;
  readonly transport?: string | undefined;
  /** How a connection or an attempt ended, in the words of the transport. */
  readonly reason?: string | undefined;
  /** Event or REST method and path template of a call, e.g. `trip:command` or `GET /v1/trips/{tripId}`. */
  readonly call?: string | undefined;
  readonly attempt?: number | undefined;
  readonly status?: number | undefined;
  readonly waitMs?: number | undefined;
  readonly tookMs?: number | undefined;
  readonly count?: number | undefined;
  /** What the network listener says. */
  readonly online?: boolean | undefined;
  readonly network?: string | undefined;
}

/** One line of a log, JSON-able. */
export interface LogEntry extends LogFields {
  readonly level: LogLevel;
  readonly event: LogEvent;
  /** This phone's wall clock, epoch ms. */
  readonly at: number;
  /** Entries of this event that were left out since the last one. */
  readonly leftOut?: number;
}

/** Receives each entry as it happens. It must return quickly, and must not call the client. */
export type LogHandler = (entry: LogEntry) => void;
