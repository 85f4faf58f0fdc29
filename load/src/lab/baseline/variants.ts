/** What the comparison runs, in the order of its table. `rideline` is the product itself; the others are stacks of server/. */
export const VARIANTS = {
  rest: {
    title: 'Baseline: REST only',
    what: 'assigns inside POST /v1/trips; positions in MongoDB; no cache; every fix is written before it is acknowledged',
  },
  queue: {
    title: 'Baseline + queue',
    what: 'the same; POST /v1/trips adds a BullMQ job, and a worker process assigns',
  },
  index: {
    title: 'Baseline + live index',
    what: 'the same as REST only; positions of drivers are in a Redis GEO index, which search and assignment read',
  },
  cache: {
    title: 'Baseline + cache',
    what: 'the same as REST only; searches and trips are read through a Redis cache',
  },
  rideline: { title: 'Rideline', what: 'the product with everything on' },
} as const;

export type Variant = keyof typeof VARIANTS;
export type BaselineVariant = Exclude<Variant, 'rideline'>;

export const isVariant = (name: string): name is Variant => Object.hasOwn(VARIANTS, name);
export const isBaselineVariant = (name: string): name is BaselineVariant =>
  isVariant(name) && name !== 'rideline';
