import type { RegionId } from '@rideline/contract';

/** Retries and retention of the jobs of one queue. */
export interface QueueSettings {
  /** Names of its jobs. */
  readonly jobs: readonly string[];
  /** Attempts of one job; after the last it is a dead letter. */
  readonly attempts: number;
  /** Wait before the second attempt, doubled with each further one, less a random part of up to half. */
  readonly backoffMs: number;
  /** A completed job is kept for this long, so that adding its id again does nothing; at most `keepDone` of them. */
  readonly keepDoneSeconds: number;
  readonly keepDone: number;
  /** Dead letters kept; beyond it the oldest are removed. Reached only when the alarm goes unnoticed for a very long time. */
  readonly keepDead: number;
  /** A worker that is silent for `lockMs` loses its jobs to other workers; `stalledCheckMs`: how often this is checked. */
  readonly lockMs: number;
  readonly stalledCheckMs: number;
  /** What it does, and what makes its jobs fail. */
  readonly help: string;
}

const DAY_SECONDS = 24 * 3600;
const LOCKS = { lockMs: 15_000, stalledCheckMs: 10_000 } as const;

/** Every BullMQ queue, on the state Redis. `docs/reference/queues.md` is generated from this table and a test compares the two. */
export const QUEUES = {
  notification: {
    jobs: ['notify', 'document-processed'],
    attempts: 5,
    backoffMs: 1000,
    keepDoneSeconds: DAY_SECONDS,
    keepDone: 50_000,
    keepDead: 100_000,
    ...LOCKS,
    help: 'stores a notification and pushes it; fails when MongoDB or the push provider does not accept it, and without retries when the job is malformed',
  },
  'offer-expiry': {
    jobs: ['expire'],
    attempts: 3,
    backoffMs: 500,
    keepDoneSeconds: DAY_SECONDS,
    keepDone: 20_000,
    keepDead: 100_000,
    ...LOCKS,
    help: "expires an offer at its time; fails when MongoDB does not answer, and then the matcher's tick and the sweeper expire it",
  },
  'document-processing': {
    jobs: ['process-document'],
    attempts: 3,
    backoffMs: 2000,
    keepDoneSeconds: DAY_SECONDS,
    // A day at the default rate. 1,000 would be replaced within ten minutes, and owners could not look up their job.
    keepDone: 144_000,
    keepDead: 100_000,
    lockMs: 10_000,
    stalledCheckMs: 5000,
    help: 'checks and cleans an uploaded document; fails when S3 or MongoDB does not answer, or a child process dies; the sweeper revives a dead job twice, then asks the owner to upload it again',
  },
} as const satisfies Record<string, QueueSettings>;

export type QueueName = keyof typeof QUEUES;
export type JobName<Name extends QueueName> = (typeof QUEUES)[Name]['jobs'][number];
export const QUEUE_NAMES = Object.keys(QUEUES) as readonly QueueName[];

/** Prefix of the keys of all queues. The region comes first, as in every key; the hash tag keeps all keys of a script in one slot of a Redis Cluster. */
export function queuePrefix(region: RegionId): string {
  return `${region}:{bull}`;
}
