import { LaunchError } from '@rideline/infra/local/launch-error';
import { startTemporaryCluster } from '../../cluster/temporary-cluster.ts';
import { programsOf } from '../../process/process-cpu.ts';
import type { LoadPlace, PlaceNeeds } from '../runner/load-place.ts';
import { startOwnPlace } from '../runner/own-place.ts';
import { VARIANTS, type Variant } from './variants.ts';

type Open = (needs: PlaceNeeds, onProgress: (line: string) => void) => Promise<LoadPlace>;

/** A variant that this machine cannot run; the message says why. The others of the comparison run all the same. */
export class VariantSkipped extends LaunchError {}

const named = (variant: Variant, place: LoadPlace): LoadPlace => ({
  ...place,
  variant,
  variantTitle: VARIANTS[variant].title,
  what: `${VARIANTS[variant].what}; ${place.what}`,
});

const withEnv = (needs: PlaceNeeds, env: Readonly<Record<string, string>>): PlaceNeeds => ({
  ...needs,
  env: { ...needs.env, ...env },
});

export const openRideline: Open = async (needs, onProgress) =>
  named('rideline', await startOwnPlace(needs, onProgress));

/** The only cache that the load reads through and that has a switch. */
export const openWithoutCache: Open = async (needs, onProgress) =>
  named('no-cache', await startOwnPlace(withEnv(needs, { RIDELINE_SEARCH_CACHE_MS: '0' }), onProgress));

/** One Redis server in place of three: log, state and cache share its thread and its memory. */
export const openOnOneRedis: Open = async (needs, onProgress) => {
  await using started = new AsyncDisposableStack();
  const { cluster: redis } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 0 },
      servers: ['redis-log'],
      onProgress,
    }),
  );
  const url = redis.env.REDIS_LOG_URL ?? '';
  const all = { REDIS_LOG_URL: url, REDIS_STATE_URL: url, REDIS_CACHE_URL: url };
  const place = started.use(await startOwnPlace(withEnv(needs, all), onProgress));
  const { inside } = place;
  const running = started.move();
  return {
    ...named('one-redis', place),
    inside: inside && { ...inside, programs: () => [...inside.programs(), ...programsOf(redis)] },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};

/** Reads from the secondaries of a replica set. @throws VariantSkipped where there is none */
export const openWithSecondaryReads: Open = async (needs, onProgress) => {
  await using started = new AsyncDisposableStack();
  const { cluster: servers } = started.use(
    await startTemporaryCluster({
      scale: { gateway: 0, api: 0, workers: 0 },
      servers: ['mongo'],
      onProgress,
    }),
  );
  const kind = servers.servers.find(({ name }) => name === 'mongo')?.kind;
  const uri = new URL(servers.env.MONGODB_URI ?? 'mongodb://localhost');
  if (kind === 'stand-in' || !uri.searchParams.has('replicaSet'))
    throw new VariantSkipped(
      `${VARIANTS['secondary-reads'].title}: there is no replica set with secondaries (mongo is ${kind})`,
      'Set MONGODB_URI to one',
    );
  uri.searchParams.set('readPreference', 'secondaryPreferred');
  const place = started.use(await startOwnPlace(withEnv(needs, { MONGODB_URI: uri.href }), onProgress));
  const { inside } = place;
  const running = started.move();
  return {
    ...named('secondary-reads', place),
    inside: inside && { ...inside, programs: () => [...inside.programs(), ...programsOf(servers)] },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
};
