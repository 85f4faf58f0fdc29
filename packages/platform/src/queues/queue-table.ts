import type { RegionId } from '@rideline/contract';

/** How the jobs of one queue are tried and kept. */
export interface QueueSettings {
  /** Names of its jobs. */
  readonly jobs: readonly string[];
  /** Tries of one job; after the last it is a dead letter. */
  readonly attempts: number;
  /** Wait before the second try, doubled with each further one, less up to half of it by chance. */
  readonly backoffMs: number;
  /** A job is known by its id for this long after it was done, so that adding it again does nothing; at most so many of them. */
  readonly keepDoneSeconds: number;
  readonly keepDone: number;
  /** Dead letters kept; older ones then go. Reached only when nobody reads the alarm for a very long time. */
  readonly keepDead: number;
  /** A worker that is silent for this long has lost its jobs to the others, ms; and how often that is looked at. */
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  /** What it does, and what makes its jobs fail. */
  readonly help: string;
}

const DAY_SECONDS = 24 * 3600;
const LOCKS = { lockMs: 15_000, stalledCheckMs: 10_000 } as const;

/** Every BullMQ queue, on the state Redis. `docs/reference/queues.md` repeats the table and a test compares the two. */
export const QUEUES = {
  notification: {
    jobs: ['notify', 'document-processed'],
    attempts: 5,
    backoffMs: 1000,
    keepDoneSeconds: DAY_SECONDS,
    keepDone: 50_000,
    keepDead: 100_000,
    ...LOCKS,
    help: 'stores a notification and pushes it; fails when Mongo or the push provider does not take it, at once when the job makes no sense',
  },
  'offer-expiry': {
    jobs: ['expire'],
    attempts: 3,
    backoffMs: 500,
    keepDoneSeconds: DAY_SECONDS,
    keepDone: 20_000,
    keepDead: 100_000,
    ...LOCKS,
    help: "ends an offer at its time; fails when the record does not answer, and then the matcher's tick and the sweeper do it",
  },
  'document-processing': {
    jobs: ['process-document'],
    attempts: 3,
    backoffMs: 2000,
    keepDoneSeconds: DAY_SECONDS,
    // A day at the default rate: 1,000 would be gone after ten minutes, and with them who asks for his job.
    keepDone: 144_000,
    keepDead: 100_000,
    lockMs: 10_000,
    stalledCheckMs: 5000,
    help: 'checks and cleans a document that was uploaded; fails when S3 or Mongo does not answer, or a child process dies; the sweeper brings dead ones back twice, then tells the owner to send it again',
  },
} as const satisfies Record<string, QueueSettings>;

export type QueueName = keyof typeof QUEUES;
export type JobName<Name extends QueueName> = (typeof QUEUES)[Name]['jobs'][number];
export const QUEUE_NAMES = Object.keys(QUEUES) as readonly QueueName[];

/** Prefix of the keys of all queues. Region first, as in every key; the tag keeps all keys of a script in one slot of a Redis Cluster. */
export function queuePrefix(region: RegionId): string {
  return `${region}:{bull}`;
}
