import type { CounterName, HistogramName, OperationName } from './metrics.ts';

/** What Artillery passes to a `function` step beside the user's context. */
export interface ArtilleryEvents {
  emit(event: 'histogram' | 'counter', name: string, value: number): unknown;
  emit(event: 'error', code: string): unknown;
}

const FLUSH_MS = 1000;
/**
 * In the `ensure` expressions of the scenarios: an expression with a counter that is absent from the report fails. A run of which no fix was
 * acknowledged reached 0, and not an unknown rate.
 */
const ALWAYS_PRESENT: readonly CounterName[] = [
  'operations.sent',
  'operations.failed',
  'operations.skipped',
  'trips.requested',
  'trips.in_time',
  'fixes.acknowledged',
  'fixes.lost',
  'uploads.accepted',
  'uploads.processed',
];

/** Hands measurements to Artillery under the names of metrics.ts. */
export class Recorder {
  readonly #events: ArtilleryEvents;
  /** Artillery keeps each increment until its next report, so that ten thousand a second are ten thousand entries: added up here first. */
  readonly #counts = new Map<CounterName, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(events: ArtilleryEvents) {
    this.#events = events;
    for (const name of ALWAYS_PRESENT) events.emit('counter', name, 0);
    this.#timer = setInterval(() => this.flush(), FLUSH_MS);
    this.#timer.unref();
  }

  observe(name: HistogramName, ms: number): void {
    this.#events.emit('histogram', name, Math.max(0, ms));
  }

  count(name: CounterName, by = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + by);
  }

  failed(operation: OperationName, code: string): void {
    this.count('operations.failed');
    this.#events.emit('error', `${operation}.${code}`);
  }

  flush(): void {
    for (const [name, by] of this.#counts) this.#events.emit('counter', name, by);
    this.#counts.clear();
  }

  close(): void {
    clearInterval(this.#timer);
    this.flush();
  }
}
