import { stat } from 'node:fs/promises';
import type { Health } from '../process/health.ts';
import type { Logger } from '../process/logger.ts';
import { readTokenKeys, type TokenKeys } from './tokens.ts';

/** Interval of checks, ms: a change of the file is in force everywhere after it. A check is one `stat`, which also sees renamed or mounted files. */
const LOOK_MS = 2000;

export interface WatchedTokenKeys extends TokenKeys {
  stop(): void;
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size, ino } = await stat(path);
  return `${mtimeMs}:${size}:${ino}`;
}

/**
 * The keys of the file, read again when it changes. A file that cannot be read leaves the current keys in force and is reported in /health:
 * an incomplete file must not sign everybody out.
 * @throws Error when the first read fails, or the file contains a development key in production
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
      log.info({ kids: [...keys.verifying.keys()] }, 'token keys reloaded');
    } catch (error) {
      health.degraded('token-keys', 'the keys file cannot be read: the previous keys are in force');
      log.error({ reason: (error as Error).message }, 'token keys not reloaded');
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
    get sealing() {
      return keys.sealing;
    },
    get signing() {
      return keys.signing;
    },
    stop: () => clearInterval(timer),
  };
}
