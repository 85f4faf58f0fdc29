import { setTimeout as delay } from 'node:timers/promises';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { type Probe, type ProbeResult, QUIET_MS } from './recovery.ts';

interface Call extends Probe {
  request(): {
    readonly method: 'GET' | 'POST';
    readonly path: string;
    readonly token: string;
    readonly body?: object;
  };
}

const EVERY_MS = 200;
const TIMEOUT_MS = 3000;
/** Kept for the decision whether the system is within its aims, and some more. */
const KEEP_MS = 2 * QUIET_MS;

/**
 * Calls the REST API through the front five times a second on each of three ways: a search (state Redis), a list of trips (MongoDB) and a
 * fix (log Redis). Artillery's own figures come in intervals of ten seconds, too coarse to say when a system is back.
 */
export class Probes {
  readonly #url: string;
  readonly #calls: readonly Call[];
  #results: ProbeResult[] = [];

  private constructor(url: string, calls: readonly Call[]) {
    this.#url = url;
    this.#calls = calls;
  }

  static async open(url: string, issue: TokenIssuer): Promise<Probes> {
    const [operator, driver] = await Promise.all([
      issue('operator', 'load-probe'),
      issue('driver', 'load-probe'),
    ]);
    let seq = 0;
    const boot = `probe-${Date.now().toString(36)}`;
    return new Probes(url, [
      {
        name: 'search',
        aimMs: 95,
        request: () => ({ method: 'GET', path: `/v1/drivers/search?${place()}`, token: operator }),
      },
      {
        name: 'trips',
        aimMs: 100,
        request: () => ({ method: 'GET', path: '/v1/trips?limit=1', token: operator }),
      },
      {
        name: 'fix',
        aimMs: 100,
        request: () => ({
          method: 'POST',
          path: '/v1/drivers/me/fixes',
          token: driver,
          body: { boot, fixes: [[seq++, Date.now(), 37.7, -122.4]] },
        }),
      },
    ]);
  }

  get probes(): readonly Probe[] {
    return this.#calls;
  }

  /** Of the last seconds. */
  get results(): readonly ProbeResult[] {
    return this.#results;
  }

  /** Probes until `signal` is aborted. @param now ms since the load began */
  async runUntil(signal: AbortSignal, now: () => number): Promise<void> {
    await Promise.all(
      this.#calls.map(async (call) => {
        while (!signal.aborted) {
          const startedAt = now();
          const ok = await this.#isAnswered(call);
          const atMs = now();
          this.#results = this.#results.filter((each) => each.atMs > atMs - KEEP_MS);
          this.#results.push({ probe: call.name, atMs, tookMs: atMs - startedAt, ok });
          await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
        }
      }),
    );
  }

  async #isAnswered(call: Call): Promise<boolean> {
    const { method, path, token, body } = call.request();
    try {
      const answer = await fetch(this.#url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.arrayBuffer();
      return answer.ok;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return false;
    }
  }
}

/** Another place each time: the answer must not come from a cache. */
const place = () =>
  `lat=${(37.7 + Math.random() * 0.1).toFixed(5)}&lng=${(-122.45 + Math.random() * 0.1).toFixed(5)}`;
