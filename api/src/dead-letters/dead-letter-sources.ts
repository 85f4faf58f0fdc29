import { type DeadLetterView, toIsoTime } from '@rideline/contract';
import { openFixStreams } from '@rideline/fleet/fixes/fix-streams';
import { fixDeadLetters } from '@rideline/fleet/redis/redis-keys';
import type { DeadLetter } from '@rideline/fleet/tracks/dead-letter';
import {
  countDeadLetters,
  DEAD_LETTER_ID,
  type DeadLetterStream,
  entryOfDeadLetter,
  type FoundDeadLetter,
  findDeadLetter,
  readDeadLetters,
  replayDeadLetter,
} from '@rideline/fleet/tracks/fix-dead-letters';
import type { Logger } from '@rideline/platform/process/logger';
import {
  type DeadJob,
  type DeadJobCursor,
  type DeadJobs,
  openDeadJobs,
} from '@rideline/platform/queues/dead-jobs';
import { QUEUE_NAMES } from '@rideline/platform/queues/queue-table';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { ApiConfig } from '../config.ts';
import type { ApiMetrics } from '../metrics.ts';

/** A store of dead letters: of one fix stream or of one queue. */
export interface DeadLetterSource {
  readonly name: string;
  readonly kind: 'stream' | 'queue';
  count(): Promise<number>;
  /** Oldest first. `after` is a cursor from `cursorOf`. */
  list(limit: number, after: string | null): Promise<DeadLetterView[]>;
  cursorOf(letter: DeadLetterView): string;
  find(id: string): Promise<DeadLetterView | null>;
  /** @returns false when the dead letter is gone or cannot be replayed */
  replay(id: string): Promise<boolean>;
  close(): Promise<void>;
}

/** Maximum length of a reason in an answer. */
const REASON_LENGTH = 200;
/** A number with three or more decimals may be a coordinate, and a long word may be a token: both are masked. */
const COORDINATE = /-?\d+\.\d{3,}/g;
const LONG_WORD = /[A-Za-z0-9._~+/=-]{80,}/g;

function shownReason(reason: string): string {
  return reason.replace(LONG_WORD, '…').replace(COORDINATE, '…').slice(0, REASON_LENGTH);
}

/** The dead letters of the fix streams, one source per shard, and of the queues. Opens its own connections for the queues. */
export function openDeadLetterSources(parts: {
  config: ApiConfig;
  logRedis: RedisClient;
  metrics: ApiMetrics;
  log: Logger;
}): DeadLetterSource[] {
  const { config, logRedis, metrics, log } = parts;
  const { region, process: owner, redisStateUrl: url } = config;
  const shards = Array.from({ length: config.fixShards }, (_, shard) =>
    streamSource(`fixes-${shard}`, async () => {
      const { keys, generation } = await openFixStreams(logRedis, region, config.fixShards);
      return {
        log: logRedis,
        stream: keys[shard] ?? '',
        deadLetters: fixDeadLetters(region, generation, shard),
      };
    }),
  );
  const queues = QUEUE_NAMES.map((name) =>
    queueSource(name, openDeadJobs({ url, region, name, owner, metrics, log })),
  );
  return [...shards, ...queues];
}

function streamSource(name: string, stream: () => Promise<DeadLetterStream>): DeadLetterSource {
  return {
    name,
    kind: 'stream',
    count: async () => countDeadLetters(await stream()),
    list: async (limit, after) => (await readDeadLetters(await stream(), limit, after)).map(viewOfDeadLetter),
    cursorOf: ({ id }) => id,
    async find(id) {
      if (!DEAD_LETTER_ID.test(id)) return null;
      const found = await findDeadLetter(await stream(), id);
      return found && viewOfDeadLetter(found);
    },
    async replay(id) {
      const at = await stream();
      const found = await findDeadLetter(at, id);
      const entry = found && entryOfDeadLetter(found.deadLetter);
      return entry !== null && replayDeadLetter(at, id, entry);
    },
    close: async () => undefined,
  };
}

function viewOfDeadLetter({ id, deadLetter }: FoundDeadLetter): DeadLetterView {
  const at = toIsoTime(Number(id.split('-')[0]));
  if (deadLetter === null)
    return { id, cause: 'unreadable', reason: 'not a dead letter', at, attempts: null, replayable: false };
  const { cause, reason, entry, driverId, boot, fixes, rawBytes } = deadLetter;
  return {
    id,
    cause,
    reason: shownReason(reason),
    at,
    attempts: attemptsOf(deadLetter),
    replayable: entryOfDeadLetter(deadLetter) !== null,
    entry,
    ...(driverId === undefined ? {} : { driverId }),
    ...(boot === undefined ? {} : { boot }),
    ...(fixes === undefined ? {} : { seqs: Object.keys(fixes).map(Number) }),
    ...(rawBytes === undefined ? {} : { bytes: rawBytes }),
  };
}

/** A damaged entry becomes a dead letter at its first delivery. */
function attemptsOf({ cause, reason }: DeadLetter): number | null {
  const delivered = /^delivered (\d+) times/.exec(reason)?.[1];
  if (delivered !== undefined) return Number(delivered);
  return cause === 'entry' || cause === 'record' ? 1 : null;
}

function queueSource(name: string, jobs: DeadJobs): DeadLetterSource {
  return {
    name,
    kind: 'queue',
    count: () => jobs.count(),
    list: async (limit, after) => (await jobs.list(limit, jobCursor(after))).map(viewOfJob),
    cursorOf: ({ at, id }) => `${Date.parse(at)}.${id}`,
    async find(id) {
      const found = await jobs.find(id);
      return found && viewOfJob(found);
    },
    replay: (id) => jobs.retry(id),
    close: () => jobs.close(),
  };
}

function jobCursor(text: string | null): DeadJobCursor | null {
  if (text === null) return null;
  const [at, id = ''] = text.split('.', 2);
  return { at: Number(at), id };
}

function viewOfJob({ id, name, cause, reason, at, attempts }: DeadJob): DeadLetterView {
  const shown = { id, cause, reason: shownReason(reason), at: toIsoTime(at) };
  return { ...shown, attempts, replayable: true, job: name };
}
