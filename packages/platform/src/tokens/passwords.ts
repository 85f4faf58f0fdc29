import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { CodedError } from '@rideline/contract';

/** `Algorithm.Argon2id` of @node-rs/argon2, whose enum exists only in its types. */
const ARGON2ID = 2;
/**
 * argon2id with the parameters of OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. Measured in decision 0100. A stored hash
 * carries its own parameters, so these may be raised: `needsRehash` finds the older hashes.
 */
const PARAMETERS = {
  algorithm: ARGON2ID,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;

/** Concurrent hashes: one core stays free for users that are signed in, and libuv keeps free threads of its four. */
const AT_ONCE = Math.max(1, Math.min(2, availableParallelism() - 1));
/** Waiting hashes, about a second of work. More are shed: a flood of sign-ins must not fill the memory. */
const MOST_WAITING = 64;
const RETRY_MS = 2000;

export interface Passwords {
  /** @returns the PHC string. @throws CodedError SHED when too many wait */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password of the hash. Without a hash (unknown login) the same work is done, so that the time does not reveal which
   * logins exist. @throws CodedError SHED when too many wait
   */
  isRight(password: string, stored: string | undefined): Promise<boolean>;
  /** Whether the hash was made with weaker parameters than the current ones. */
  needsRehash(stored: string): boolean;
}

/** Runs at most `atOnce` tasks at a time and queues at most `mostWaiting`. */
function createGate(atOnce: number, mostWaiting: number) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (waiting.length >= mostWaiting) {
        throw new CodedError('SHED', 'Too many sign-ins at this moment.', { retryAfterMs: RETRY_MS });
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The slot passes to the next task without becoming free in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}

/** The same characters typed on another keyboard are the same password (NIST SP 800-63B section 3.1.1.2). */
const normal = (password: string) => password.normalize('NFKC');

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$/;

export function createPasswords(options: { atOnce?: number; mostWaiting?: number } = {}): Passwords {
  const gate = createGate(options.atOnce ?? AT_ONCE, options.mostWaiting ?? MOST_WAITING);
  let unknownLoginHash: Promise<string> | undefined;
  return {
    hash: (password) => gate(() => hash(normal(password), PARAMETERS)),
    async isRight(password, stored) {
      unknownLoginHash ??= hash(normal(crypto.randomUUID()), PARAMETERS);
      const against = stored ?? (await unknownLoginHash);
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
