import type { SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';
import { reportListenerError } from '../typed-events.ts';
import { LOG_EVENTS, type LogEvent, type LogFields, type LogHandler } from './log-events.ts';

/** An event with its age, for a support ticket. */
export type RecordedEvent = LogFields & { readonly event: LogEvent; readonly ageMs: number };

/** Events of each kind that are kept. */
const KEPT = 20;
/** A full outbox drops a fix a second, and a broken storage fails with every write: such events are logged this often, ms. */
const QUIET_MS = 10_000;
const FLOODING: ReadonlySet<LogEvent> = new Set<LogEvent>(['fixes.dropped', 'storage.failed']);
/** Codes and transports' reasons only: what is longer or has other characters is a text, which could quote a token or a place. */
const WORDS = /^[\w .:/{}-]{1,60}$/;

interface Kept {
  readonly fields: LogFields & { readonly event: LogEvent };
  readonly elapsedMs: () => number;
}

/** Passes what happens to the app's log, and keeps the last transitions and failures for `diagnostics()`. */
export class Recorder {
  readonly #clock: SdkClock;
  readonly #handler: LogHandler | undefined;
  readonly #onHandlerError: (error: unknown) => void;
  readonly #transitions: Kept[] = [];
  readonly #failures: Kept[] = [];
  readonly #quiet = new Map<LogEvent, { elapsedMs: () => number; leftOut: number }>();

  constructor(
    clock: SdkClock,
    handler: LogHandler | undefined,
    onHandlerError: (error: unknown) => void = reportListenerError,
  ) {
    this.#clock = clock;
    this.#handler = handler;
    this.#onHandlerError = onHandlerError;
  }

  log(event: LogEvent, given: LogFields): void {
    const leftOut = this.#leftOut(event);
    if (leftOut === undefined) return;
    const fields = { event, ...cleaned(given) };
    const kept = { fields, elapsedMs: startElapsed(this.#clock) };
    const level = LOG_EVENTS[event];
    if (event.startsWith('connection.')) keep(this.#transitions, kept);
    if (level === 'warn' || level === 'error') keep(this.#failures, kept);
    try {
      const at = Math.round(this.#clock.wallMs());
      this.#handler?.({ level, at, ...fields, ...(leftOut > 0 ? { leftOut } : {}) });
    } catch (error) {
      this.#onHandlerError(error);
    }
  }

  /** What the connection did, oldest first. */
  transitions(): RecordedEvent[] {
    return this.#transitions.map(withAge);
  }

  /** What failed, oldest first. */
  failures(): RecordedEvent[] {
    return this.#failures.map(withAge);
  }

  /** undefined: this event is left out */
  #leftOut(event: LogEvent): number | undefined {
    if (!FLOODING.has(event)) return 0;
    const quiet = this.#quiet.get(event);
    if (quiet !== undefined && quiet.elapsedMs() < QUIET_MS) {
      quiet.leftOut++;
      return undefined;
    }
    this.#quiet.set(event, { elapsedMs: startElapsed(this.#clock), leftOut: 0 });
    return quiet?.leftOut ?? 0;
  }
}

function keep(list: Kept[], kept: Kept): void {
  list.push(kept);
  if (list.length > KEPT) list.shift();
}

function withAge({ fields, elapsedMs }: Kept): RecordedEvent {
  return { ...fields, ageMs: Math.round(elapsedMs()) };
}

/** Fields without absent values, times in whole ms, and nothing that could be a text. */
function cleaned(given: LogFields): LogFields {
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(given) as [string, string | number | boolean | undefined][]) {
    if (typeof value === 'string') fields[name] = WORDS.test(value) ? value : 'unknown';
    else if (value !== undefined) fields[name] = typeof value === 'number' ? Math.round(value) : value;
  }
  return fields as LogFields;
}
