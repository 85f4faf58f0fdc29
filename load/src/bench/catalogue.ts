import type { Bench } from './bench.ts';

type Load = () => Promise<{ readonly bench: Bench }>;

/** In the order of the list. A bench and everything it imports is loaded only when it is asked for. */
const BENCHES: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['ingest', () => import('./ingest/bench.ts')],
  ['fanout', () => import('./fanout/bench.ts')],
  ['history', () => import('./history/bench.ts')],
  ['geo', () => import('./geo/bench.ts')],
  ['memory', () => import('./memory/bench.ts')],
  ['capacity', () => import('./capacity/bench.ts')],
  ['profile', () => import('./profile/bench.ts')],
  ['trips', () => import('./trips/bench.ts')],
  ['api', () => import('./api/bench.ts')],
  ['matching', () => import('./matching/bench.ts')],
  ['uploads', () => import('./uploads/bench.ts')],
]);

/** Names of earlier versions: the command line is stable. */
const ALIASES: ReadonlyMap<string, string> = new Map([['box', 'capacity']]);

export const BENCH_NAMES: readonly string[] = [...BENCHES.keys()];

/** Undefined for an unknown name. */
export async function loadBench(name: string): Promise<Bench | undefined> {
  const load = BENCHES.get(ALIASES.get(name) ?? name);
  return load === undefined ? undefined : (await load()).bench;
}
