import { UsageError } from '@rideline/infra/local/launch-error';

/** What a comparison can run, in the order of its table. The first four are the stacks of server/, the others the product and its switches. */
export const VARIANTS = {
  rest: {
    title: 'Baseline: REST only',
    what: 'a small server that assigns inside POST /v1/trips; positions in MongoDB; no cache; every fix is written before it is acknowledged',
  },
  queue: {
    title: 'Baseline + queue',
    what: 'the small server; POST /v1/trips adds a BullMQ job, and a worker process assigns',
  },
  index: {
    title: 'Baseline + live index',
    what: 'the small server; positions of drivers are in a Redis GEO index, which search and assignment read',
  },
  cache: {
    title: 'Baseline + cache',
    what: 'the small server; searches and trips are read through a Redis cache',
  },
  rideline: { title: 'Rideline', what: 'the product with everything on' },
  'no-cache': { title: 'Rideline, search cache off', what: 'the product with RIDELINE_SEARCH_CACHE_MS=0' },
  'one-redis': { title: 'Rideline, one Redis', what: 'the product with one Redis server in place of three' },
  'secondary-reads': {
    title: 'Rideline, reads from secondaries',
    what: 'the product with readPreference=secondaryPreferred',
  },
} as const;

export type Variant = keyof typeof VARIANTS;
export type BaselineVariant = 'rest' | 'queue' | 'index' | 'cache';

/** Those of a comparison that names none. */
export const DEFAULT_VARIANTS: readonly Variant[] = ['rest', 'queue', 'index', 'cache', 'rideline'];

const isVariant = (name: string): name is Variant => Object.hasOwn(VARIANTS, name);
export const isBaselineVariant = (variant: Variant): variant is BaselineVariant =>
  variant === 'rest' || variant === 'queue' || variant === 'index' || variant === 'cache';

/**
 * A list as `--variants` takes it: names separated by commas, or `all`.
 * @throws UsageError for a name that is unknown or repeated
 */
export function parseVariants(text: string): readonly Variant[] {
  if (text === 'all') return Object.keys(VARIANTS) as Variant[];
  const names = text.split(',');
  const unknown = names.find((name) => !isVariant(name));
  if (unknown !== undefined)
    throw new UsageError(
      `there is no variant '${unknown}'`,
      `The variants are ${Object.keys(VARIANTS).join(', ')}, and all`,
    );
  if (new Set(names).size < names.length)
    throw new UsageError('--variants names a variant twice', 'Give each once');
  return names.filter(isVariant);
}
