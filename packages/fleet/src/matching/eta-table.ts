import { BreakerOpen, createBreaker } from '@rideline/platform/overload/breaker';
import { BulkheadRejectedError, bulkhead } from 'cockatiel';
import { type EtaKind, type EtaPlace, parseTable, TABLE_SOURCES, tableRequest } from './eta-formats.ts';

/** How one question ended. open: not asked, the circuit is open · busy: not asked, too many are under way. */
export type EtaOutcome = 'answered' | 'timeout' | 'failed' | 'open' | 'busy';

/** Times by road. */
export interface EtaTable {
  /**
   * Seconds from each of at most `TABLE_SOURCES` places to `to`, null where there is no way. Rejects for more places, for nothing else.
   * @returns null when the engine has not said: then crow-fly is what there is
   */
  secondsTo(to: EtaPlace, from: readonly EtaPlace[]): Promise<readonly (number | null)[] | null>;
}

export interface EtaTableOptions {
  readonly url: string;
  readonly kind: EtaKind;
  readonly timeoutMs?: number;
  /** How long an open circuit stays shut off before one question is tried. */
  readonly resetMs?: number;
  readonly onOutcome: (outcome: EtaOutcome, ms: number) => void;
}

/** A tick of 500 ms must not wait longer for it. */
const TIMEOUT_MS = 300;
const RESET_MS = 5000;
/** The circuit opens when so many questions failed in the window, and half of all of them. */
const LEAST_FAILURES = 3;
const WINDOW_MS = 10_000;
/** Questions under way at a time. */
const MOST_AT_ONCE = 32;
/** An answer for 90 places has some 10 kB. */
const MOST_BYTES = 256 * 1024;

/** Client of a route engine's table, behind a circuit breaker. Coordinates go to the engine and nowhere else. */
export function createEtaTable(options: EtaTableOptions): EtaTable {
  const { url, kind, onOutcome, timeoutMs = TIMEOUT_MS, resetMs = RESET_MS } = options;
  const ask = async (to: EtaPlace, from: readonly EtaPlace[]) => {
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
  const limit = bulkhead(MOST_AT_ONCE);
  return {
    async secondsTo(to, from) {
      if (from.length === 0) return [];
      if (from.length > TABLE_SOURCES)
        throw new RangeError(`at most ${TABLE_SOURCES} places in one question`);
      const startedAt = performance.now();
      try {
        const times = await limit.execute(() => breaker.run(() => ask(to, from)));
        onOutcome('answered', performance.now() - startedAt);
        return times;
      } catch (error) {
        onOutcome(outcomeOf(error as Error), performance.now() - startedAt);
        return null;
      }
    },
  };
}

/** The body, which is read to its end so that the connection can be used again, unless it is too long. */
async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ['', 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new RangeError('the answer of the route engine is too long');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function outcomeOf(error: Error): EtaOutcome {
  if (error instanceof BreakerOpen) return 'open';
  if (error instanceof BulkheadRejectedError) return 'busy';
  return error.name === 'TimeoutError' || error.name === 'AbortError' ? 'timeout' : 'failed';
}
