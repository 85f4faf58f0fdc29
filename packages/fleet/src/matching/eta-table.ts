import { BreakerOpen, createBreaker } from '@rideline/platform/overload/breaker';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { type EtaKind, type EtaPlace, parseTable, TABLE_SOURCES, tableRequest } from './eta-formats.ts';

/** Outcome of one request. open: not sent, the circuit is open · busy: not sent, too many are in flight. */
export type EtaOutcome = 'answered' | 'timeout' | 'failed' | 'open' | 'busy';

/** Driving times by road. */
export interface EtaTable {
  /**
   * Seconds from each of at most `TABLE_SOURCES` places to `to`, null when there is no route. Rejects only when there are more places.
   * @returns null when the engine did not answer: the caller then uses crow-fly times
   */
  secondsTo(to: EtaPlace, from: readonly EtaPlace[]): Promise<readonly (number | null)[] | null>;
}

export interface EtaTableOptions {
  readonly url: string;
  readonly kind: EtaKind;
  readonly timeoutMs?: number;
  /** How long the circuit stays open before one trial request, ms. */
  readonly resetMs?: number;
  readonly onOutcome: (outcome: EtaOutcome, ms: number) => void;
}

/** A tick of 500 ms must not wait longer for the engine. */
const TIMEOUT_MS = 300;
const RESET_MS = 5000;
/** The circuit opens when at least this many requests, and half of all, have failed within the window. */
const LEAST_FAILURES = 3;
const WINDOW_MS = 10_000;
/** Requests in flight at a time. */
const MOST_IN_FLIGHT = 32;
/** A response for 90 places has about 10 kB. */
const MOST_RESPONSE_BYTES = 256 * 1024;

/** Client of a route engine's table, behind a circuit breaker. Coordinates are sent to the engine and nowhere else. */
export function createEtaTable(options: EtaTableOptions): EtaTable {
  const { url, kind, onOutcome, timeoutMs = TIMEOUT_MS, resetMs = RESET_MS } = options;
  const requestTimes = async (to: EtaPlace, from: readonly EtaPlace[]) => {
    const request = tableRequest(kind, url, from, to);
    const response = await fetch(request.url, {
      method: request.method,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...(request.body === undefined
        ? {}
        : { body: request.body, headers: { 'content-type': 'application/json' } }),
    });
    const text = await readText(response);
    if (!response.ok) throw new Error(`the route engine answered ${response.status}`);
    return parseTable(kind, JSON.parse(text), from.length);
  };
  const breaker = createBreaker({
    leastFailures: LEAST_FAILURES,
    windowMs: WINDOW_MS,
    openMs: resetMs,
    isFailure: () => true,
  });
  const limit = bulkhead(MOST_IN_FLIGHT);
  return {
    async secondsTo(to, from) {
      if (from.length === 0) return [];
      if (from.length > TABLE_SOURCES) throw new RangeError(`at most ${TABLE_SOURCES} places in one request`);
      const startedAt = performance.now();
      try {
        const times = await limit.execute(() => breaker.run(() => requestTimes(to, from)));
        onOutcome('answered', performance.now() - startedAt);
        return times;
      } catch (error) {
        onOutcome(outcomeOf(error as Error), performance.now() - startedAt);
        return null;
      }
    },
  };
}

/** The response body. It is read to its end, so that the connection can be used again, unless it is too long. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_RESPONSE_BYTES) throw new RangeError('the response of the route engine is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function outcomeOf(error: Error): EtaOutcome {
  if (error instanceof BreakerOpen) return 'open';
  if (error instanceof BulkheadRejectedError) return 'busy';
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'timeout' : 'failed';
}
