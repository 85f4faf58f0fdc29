import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from '@rideline/platform/redis/redis';

/** A script of the folder `lua/`, called by its digest. `keys`: the number of keys, which is part of the file's name. */
export interface LuaScript {
  readonly name: string;
  readonly source: string;
  readonly digest: string;
  readonly keys: number;
}

/** Reads `lua/NAME-KEYS.lua`, once at start. @throws when the file does not exist or its name has no number of keys */
export function loadLuaScript(name: string): LuaScript {
  const keys = Number(/-(\d+)$/.exec(name)?.[1]);
  if (!Number.isInteger(keys))
    throw new RangeError(`the name of script ${name} does not end in its number of keys`);
  const source = readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8');
  return { name, source, digest: createHash('sha1').update(source).digest('hex'), keys };
}

/** Runs a script; sends its source only when the server does not have it (first call, restart, failover). */
export async function runLuaScript(
  redis: RedisClient,
  script: LuaScript,
  keys: readonly string[],
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  if (keys.length !== script.keys)
    throw new RangeError(`${script.name} takes ${script.keys} keys, not ${keys.length}`);
  try {
    return await redis.evalsha(script.digest, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script.source, keys.length, ...keys, ...args);
  }
}
