import { createHash } from 'node:crypto';
import type { RegionId } from '@rideline/contract';
import { cached, LAST_ANSWER_PREFIX } from '@rideline/fleet/redis/redis-keys';
import { createCacheStore } from '@rideline/platform/cache/cache-store';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { asCodedError } from '../http/problem.ts';
import type { ApiMetrics } from '../metrics.ts';
import { isUnanswered } from '../process/dependency.ts';
import { markStale } from './cached-answer.ts';
import { LAST_ANSWERS, type LastAnswerPath } from './stale-policy.ts';

/** Longer answers are not stored: at 60 a second they would take 15 MB a second of the cache. */
const MOST_CHARACTERS = 256 * 1024;
/** Most answers that are being stored at a time; the next are not stored. */
const MOST_STORING = 32;

interface AnsweredRequest {
  readonly caller: Principal;
  readonly params: unknown;
  readonly query: unknown;
  setHeader(name: string, value: string): void;
}

interface Copy {
  /** Wall ms when the read began. */
  readonly at: number;
  readonly answer: unknown;
}

/**
 * The last answer to each request of each caller, on the cache Redis, for reads that MongoDB does not answer. Only routes of LAST_ANSWERS have
 * them. They are no cache: while MongoDB answers they are written and never read.
 */
export interface LastAnswers {
  /**
   * What `load` returns; if MongoDB does not answer, the last answer to the same request of the same caller, with `X-Rideline-Cache: stale` and
   * its `Age`. Answers must be JSON.
   * @param isSmall whether an answer is worth encoding; the size of its text is checked after that
   * @throws what `load` throws
   */
  answer<T>(
    path: LastAnswerPath,
    request: AnsweredRequest,
    load: () => Promise<T>,
    isSmall?: (answer: T) => boolean,
  ): Promise<T>;
}

export function createLastAnswers(parts: {
  redis: RedisClient;
  region: RegionId;
  wallMs: () => number;
  metrics: Pick<ApiMetrics, 'stale_answers_total' | 'stale_copies_total'>;
}): LastAnswers {
  const { region, wallMs, metrics } = parts;
  const store = createCacheStore(parts.redis);
  let storing = 0;

  // Hashed: the query of a list may be longer than a key should be. The caller is part of it, so that no caller gets the answer of another one.
  function keyOf(path: LastAnswerPath, { caller, params, query }: AnsweredRequest): string {
    const text = JSON.stringify([path, caller.role, caller.userId, params, query]);
    return cached(region, LAST_ANSWER_PREFIX, createHash('sha256').update(text).digest('base64url'));
  }

  async function put(path: LastAnswerPath, key: string, at: number, text: string): Promise<void> {
    const count = (outcome: string) => metrics.stale_copies_total.inc({ route: path, outcome });
    if (text.length > MOST_CHARACTERS) return count('too_large');
    if (storing >= MOST_STORING) return count('skipped');
    storing += 1;
    try {
      count((await store.put(key, at, text, LAST_ANSWERS[path].forMs)) ? 'stored' : 'outdated');
    } catch {
      // The answer itself was given; without a copy the next outage shows its error.
      count('failed');
    } finally {
      storing -= 1;
    }
  }

  async function lastOf(key: string): Promise<Copy | undefined> {
    try {
      const held = await store.get(key);
      return held.kind === 'value' ? (JSON.parse(held.text) as Copy) : undefined;
    } catch {
      // The cache is unavailable too: the caller gets the error of the read.
      return undefined;
    }
  }

  return {
    async answer(path, request, load, isSmall = () => true) {
      const key = keyOf(path, request);
      const at = Math.floor(wallMs());
      try {
        const answer = await load();
        const copy: Copy = { at, answer };
        if (isSmall(answer)) void put(path, key, at, JSON.stringify(copy));
        else metrics.stale_copies_total.inc({ route: path, outcome: 'too_large' });
        return answer;
      } catch (error) {
        // What the caller may no longer see is not shown in an outage either: an entry without a text.
        if (asCodedError(error).code === 'NOT_FOUND') void put(path, key, at, '');
        if (!isUnanswered(error)) throw error;
        const last = await lastOf(key);
        const ageMs = last === undefined ? Number.POSITIVE_INFINITY : Math.max(0, wallMs() - last.at);
        const isGiven = last !== undefined && ageMs <= LAST_ANSWERS[path].forMs;
        metrics.stale_answers_total.inc({ route: path, outcome: isGiven ? 'given' : 'none' });
        if (!isGiven) throw error;
        markStale(request, ageMs);
        return last.answer as Awaited<ReturnType<typeof load>>;
      }
    },
  };
}
