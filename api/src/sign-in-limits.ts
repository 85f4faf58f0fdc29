import { createHash } from 'node:crypto';
import { CodedError, type RegionId } from '@rideline/contract';
import { signInLimit } from '@rideline/fleet/redis-keys';
import type { RedisClient } from '@rideline/platform/redis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

const WINDOW_SECONDS = 15 * 60;
/** Attempts per window. The account's bounds guessing from many addresses, the address's guessing of many accounts. */
const POINTS = { account: 10, address: 30 } as const;

export interface SignInAttempt {
  readonly account: string;
  readonly address: string;
}

export interface SignInLimits {
  /** Counts an attempt, before the password is looked at: parallel guesses are counted too. @throws CodedError SCALE_003 */
  count(attempt: SignInAttempt): Promise<void>;
  /** A right password clears its account. The address's count stays: it may have guessed others. */
  forgive(attempt: SignInAttempt): Promise<void>;
}

/** Names and addresses are hashed: they are personal, and whatever a client sends must not shape a key. */
function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function limiter(
  redis: RedisClient,
  region: RegionId,
  by: keyof typeof POINTS,
  points: number,
): RateLimiterRedis {
  const options = { keyPrefix: signInLimit(region, by), points, duration: WINDOW_SECONDS };
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    // While Redis is away each node counts for itself: a limit that is too generous by the number of nodes, never none.
    insuranceLimiter: new RateLimiterMemory(options),
    inMemoryBlockOnConsumed: points + 1,
  });
}

async function consume(one: RateLimiterRedis, key: string): Promise<void> {
  try {
    await one.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new CodedError('SCALE_003', 'Too many attempts to sign in.', {
      retryAfterMs: refusal.msBeforeNext,
    });
  }
}

export function createSignInLimits(redis: RedisClient, region: RegionId): SignInLimits {
  const byAccount = limiter(redis, region, 'account', POINTS.account);
  const byAddress = limiter(redis, region, 'address', POINTS.address);
  return {
    async count({ account, address }) {
      await consume(byAddress, keyOf(address));
      await consume(byAccount, keyOf(account));
    },
    async forgive({ account }) {
      await byAccount.delete(keyOf(account));
    },
  };
}
