import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { CodedError } from '@rideline/contract';

/** `Algorithm.Argon2id` of @node-rs/argon2, whose enum exists in its types alone. */
const ARGON2ID = 2;
/**
 * argon2id as OWASP's Password Storage Cheat Sheet sets it: 19 MiB, two passes, one lane. Measured in decision 0100. A stored hash carries
 * its own parameters, so these may rise: `needsRehash` tells which hashes are of yesterday.
 */
const PARAMETERS = {
  algorithm: ARGON2ID,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** Hashes at a time: one core stays free for everybody who is signed in already, and libuv's four threads are not all taken. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Hashes that wait; about a second of work. More are sent away: whoever floods sign-in must not fill the memory. */
const MOST_WAITING = 64;
const RETRY_MS = 2000;

export interface Passwords {
  /** @returns the PHC string. @throws CodedError SHED when too many wait */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password of the hash. Without a hash (nobody has this login) the same work is done for nothing, so that the time does
   * not tell who has an account. @throws CodedError SHED when too many wait
   */
  isRight(password: string, stored: string | undefined): Promise<boolean>;
  /** Whether the hash was made with weaker parameters than today's. */
  needsRehash(stored: string): boolean;
}

/** At most `atOnce` pieces of work at a time, at most `mostWaiting` in the queue. */
function createGate(atOnce: number, mostWaiting: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) {
        throw new CodedError('SHED', 'Too many are signing in at this moment.', { retryAfterMs: RETRY_MS });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The place goes to the next one without becoming free in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** The same letters typed on another keyboard are the same password (NIST SP 800-63B section 3.1.1.2). */
const normal = (password: string) => password.normalize('NFKC');

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

export function createPasswords(options: { atOnce?: number; mostWaiting?: number } = {}): Passwords {
  const gate = createGate(options.atOnce ?? AT_ONCE, options.mostWaiting ?? MOST_WAITING);
  let nobodys: Promise<string> | undefined;
  return {
    hash: (password) => gate(() => hash(normal(password), PARAMETERS)),
    async isRight(password, stored) {
      nobodys ??= hash(normal(crypto.randomUUID()), PARAMETERS);
      const against = stored ?? (await nobodys);
      const right = await gate(() => verify(against, normal(password)));
      return right && stored !== undefined;
    },
    needsRehash(stored) {
      const [, memory, passes, lanes] = PHC.exec(stored) ?? [];
      const { memoryCost, timeCost, parallelism } = PARAMETERS;
      return Number(memory) !== memoryCost || Number(passes) !== timeCost || Number(lanes) !== parallelism;
    },
  };
}
