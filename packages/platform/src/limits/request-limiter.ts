import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Metrics } from '../metrics/metrics.ts';
import { withinMs } from '../overload/deadline.ts';
import type { RedisClient } from '../redis/redis.ts';
import {
  LIMIT_NAMES,
  type LimitName,
  type LimitPoints,
  REQUEST_LIMITS,
  type RequestLimit,
} from './request-limits.ts';

/** Usage of one limit by one caller, this request included. */
export interface LimiterStatus {
  readonly limit: LimitName;
  readonly allowed: boolean;
  readonly points: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until the window ends, ms. */
  readonly resetMs: number;
}

/** Counts requests across all nodes. */
export interface RequestLimiter {
  /** Counts one request of `key`. Never throws: without Redis it applies this node's share of the budget. */
  count(limit: LimitName, key: string): Promise<LimiterStatus>;
  /** Takes one request of `key` back: it was not of the kind that is counted. Best effort, like `forget`. */
  giveBack(limit: LimitName, key: string): Promise<void>;
  /** Resets the count of `key`. Best effort: without Redis the window ends by itself. */
  forget(limit: LimitName, key: string): Promise<void>;
}

/** Longest wait for Redis, per request. */
const ANSWER_MS = 250;
/** After a failed call Redis is not called for this long. */
const REST_MS = 1000;
/**
 * Callers that have used this share of their budget are also kept in this node's memory, so that they do not start again from zero when
 * Redis becomes unreachable. Callers that used less are not: with a full share on each node they reach at most 1.2 times the budget.
 */
const REMEMBERED_SHARE = 0.2;

interface Pair {
  readonly shared: RateLimiterRedis;
  /** Used while Redis is away; its points are this node's share. */
  readonly insurance: RateLimiterMemory;
  readonly points: number;
  /** Requests that this node allowed without Redis, added in Redis with the caller's next request: an outage grants no second budget. */
  readonly owed: Map<string, number>;
  owedUntil: number;
}

/** Most callers whose debt is kept; the debt of further ones is dropped. */
const MOST_OWED = 100_000;

type Counted = { readonly result: RateLimiterRes; readonly over: boolean };

/** rate-limiter-flexible rejects with the result when the points are used up. */
async function counted(consumed: Promise<RateLimiterRes>): Promise<Counted> {
  try {
    return { result: await consumed, over: false };
  } catch (thrown) {
    if (thrown instanceof RateLimiterRes) return { result: thrown, over: true };
    throw thrown;
  }
}

/**
 * One limiter for each limit of the table, on the state Redis (which evicts nothing), with one in memory as its insurance.
 * `nodes`: number of nodes that share the budget while Redis is away.
 */
export function createRequestLimiter(options: {
  redis: RedisClient;
  /** Prefix of a limit's keys. */
  prefixOf: (limit: LimitName) => string;
  points?: LimitPoints;
  nodes: () => number;
  metrics: Metrics;
  onAway?: (error: Error) => void;
}): RequestLimiter {
  const { redis, prefixOf, nodes, metrics } = options;
  let restUntil = 0;

  const pairs = new Map<LimitName, Pair>();
  for (const name of LIMIT_NAMES) {
    const points = options.points?.[name] ?? REQUEST_LIMITS[name].points;
    const common = { keyPrefix: prefixOf(name), points, duration: REQUEST_LIMITS[name].windowSeconds };
    pairs.set(name, {
      // Callers over the limit are answered from memory until their window ends: a flood costs Redis nothing.
      shared: new RateLimiterRedis({
        ...common,
        storeClient: redis,
        rejectIfRedisNotReady: true,
        inMemoryBlockOnConsumed: points + 1,
      }),
      insurance: new RateLimiterMemory(common),
      points,
      owed: new Map(),
      owedUntil: 0,
    });
  }

  const partOf = (pair: Pair) => Math.ceil(pair.points / Math.max(1, nodes()));

  function remember(pair: Pair, key: string, { consumedPoints, msBeforeNext }: RateLimiterRes) {
    if (consumedPoints < pair.points * REMEMBERED_SHARE || msBeforeNext <= 0) return;
    const used = Math.ceil((consumedPoints / pair.points) * partOf(pair));
    void pair.insurance.set(key, used, Math.ceil(msBeforeNext / 1000));
  }

  async function byRedis(pair: Pair, key: string): Promise<Counted | undefined> {
    if (performance.now() < restUntil) return undefined;
    const owed = performance.now() < pair.owedUntil ? (pair.owed.get(key) ?? 0) : 0;
    pair.owed.delete(key);
    try {
      const answer = await withinMs(counted(pair.shared.consume(key, 1 + owed)), ANSWER_MS);
      remember(pair, key, answer.result);
      return answer;
    } catch (error) {
      restUntil = performance.now() + REST_MS;
      if (owed > 0) pair.owed.set(key, owed);
      options.onAway?.(error as Error);
      return undefined;
    }
  }

  async function byThisNode(pair: Pair, key: string): Promise<Counted> {
    pair.insurance.points = partOf(pair);
    const answer = await counted(pair.insurance.consume(key));
    const now = performance.now();
    // Debts of an earlier outage: their windows have ended.
    if (now > pair.owedUntil) pair.owed.clear();
    pair.owedUntil = now + pair.insurance.duration * 1000;
    if (!answer.over && pair.owed.size < MOST_OWED) pair.owed.set(key, (pair.owed.get(key) ?? 0) + 1);
    return answer;
  }

  return {
    async count(limit, key) {
      const pair = pairs.get(limit) as Pair;
      const { over, whenRedisIsAway, windowSeconds }: RequestLimit = REQUEST_LIMITS[limit];
      const shared = await byRedis(pair, key);
      const answer = shared ?? (await byThisNode(pair, key));
      const lets = over === 'flag' || (shared === undefined && whenRedisIsAway === 'open');
      const allowed = !answer.over || lets;
      const outcome = !answer.over ? 'allowed' : lets ? 'flagged' : 'refused';
      metrics.request_limit_total.inc({ limit, by: shared ? 'redis' : 'node', outcome });
      return {
        limit,
        allowed,
        points: pair.points,
        windowSeconds,
        remaining: answer.over ? 0 : answer.result.remainingPoints,
        resetMs: Math.max(0, answer.result.msBeforeNext),
      };
    },
    async giveBack(limit, key) {
      const pair = pairs.get(limit) as Pair;
      try {
        await withinMs(pair.shared.reward(key, 1), ANSWER_MS);
      } catch (error) {
        options.onAway?.(error as Error);
      }
    },
    async forget(limit, key) {
      const pair = pairs.get(limit) as Pair;
      await pair.insurance.delete(key);
      try {
        await withinMs(pair.shared.delete(key), ANSWER_MS);
      } catch (error) {
        options.onAway?.(error as Error);
      }
    },
  };
}
