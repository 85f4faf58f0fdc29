import { Agent, get } from 'node:http';
import { quantile, type Spread, spreadOf } from '../spread.ts';
import { somewhere } from './fleet.ts';
import { type OpenLoop, openLoop } from './loops.ts';
import { LIMIT, RADIUS_METRES } from './nearest.ts';

/** The search over REST at rising rates, open loop, until p95 exceeds the limit or a request failed. */
export const P95_LIMIT_MS = 95;
const WARM_UP_MS = 2000;
const WARM_UP_RATE = 40;
const SOCKETS = 256;
const ANSWER_MS = 10_000;

export interface RestFigures {
  readonly ratePerSecond: number;
  readonly p50Ms: Spread;
  readonly p95Ms: Spread;
  readonly p99Ms: Spread;
  readonly failed: number;
}

export interface RestOptions {
  readonly url: string;
  readonly token: string;
  readonly rates: readonly number[];
  readonly rounds: number;
  readonly durationMs: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

export async function measureRest(options: RestOptions): Promise<RestFigures[]> {
  const { url, token, rounds, durationMs, signal } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS });
  const search = () => searchOnce(agent, url, token);
  const figures: RestFigures[] = [];
  try {
    await openLoop(search, { ratePerSecond: WARM_UP_RATE, durationMs: WARM_UP_MS }, signal);
    for (const ratePerSecond of options.rates) {
      options.onProgress(`REST, ${ratePerSecond} searches/s`);
      const loops: OpenLoop[] = [];
      while (loops.length < rounds) loops.push(await openLoop(search, { ratePerSecond, durationMs }, signal));
      const failure = loops.find(({ failed }) => failed > 0)?.failure;
      if (failure !== undefined) options.onProgress(`a search failed: ${String(failure)}`);
      const found = figuresOf(ratePerSecond, loops);
      figures.push(found);
      if (found.p95Ms.median > P95_LIMIT_MS || found.failed > 0) break;
    }
    return figures;
  } finally {
    agent.destroy();
  }
}

function figuresOf(ratePerSecond: number, loops: readonly OpenLoop[]): RestFigures {
  const at = (q: number) => spreadOf(loops.map(({ latenciesMs }) => quantile(latenciesMs, q)));
  return {
    ratePerSecond,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    failed: loops.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** Rejects for any answer but 200. */
function searchOnce(agent: Agent, url: string, token: string): Promise<void> {
  const { lat, lng } = somewhere();
  const path = `/v1/drivers/search?lat=${lat}&lng=${lng}&radius=${RADIUS_METRES}&limit=${LIMIT}`;
  const options = { agent, timeout: ANSWER_MS, headers: { Authorization: `Bearer ${token}` } };
  return new Promise((resolve, reject) => {
    const call = get(url + path, options, (response) => {
      response.resume();
      response.on('error', reject);
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`answered ${response.statusCode}`)),
      );
    });
    call.on('timeout', () => call.destroy(new Error('no answer in time')));
    call.on('error', reject);
  });
}
