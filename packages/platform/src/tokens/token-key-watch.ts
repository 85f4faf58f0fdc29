import { stat } from 'node:fs/promises';
import type { Health } from '../process/health.ts';
import type { Logger } from '../process/logger.ts';
import { readTokenKeys, type TokenKeys } from './tokens.ts';

/** A change of the file is in force everywhere after this time, ms. Asking is one `stat`; it also sees files that are renamed or mounted over. */
const LOOK_MS = 2000;

export interface WatchedTokenKeys extends TokenKeys {
  stop(): void;
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}

/**
 * The keys of the file, read again when it changes. A file that cannot be read leaves the keys that there are in force, and is told in
 * /health: half a file must not sign everybody out.
 * @throws Error when the first reading fails, or it holds a development key in production
 */
export async function openTokenKeys(
  path: string,
  options: {
    production: boolean;
    health: Pick<Health, 'degraded' | 'cleared'>;
    log: Logger;
    lookMs?: number;
  },
): Promise<WatchedTokenKeys> {
  const { production, health, log } = options;
  let stamp = await stampOf(path);
  let keys = await readTokenKeys(path, { production });
  const look = async () => {
    try {
      const now = await stampOf(path);
      if (now === stamp) return;
      keys = await readTokenKeys(path, { production });
      stamp = now;
      health.cleared('token-keys');
      log.info({ kids: [...keys.verifying.keys()] }, 'token keys read again');
    } catch (error) {
      health.degraded('token-keys', 'the keys file cannot be read: the keys before it are in force');
      log.error({ reason: (error as Error).message }, 'token keys not read again');
    }
  };
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, options.lookMs ?? LOOK_MS);
  return {
    get verifying() {
      return keys.verifying;
    },
    get signing() {
      return keys.signing;
    },
    stop: () => clearInterval(timer),
  };
}
