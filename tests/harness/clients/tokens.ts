import type { Role } from '@rideline/contract';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { REGION } from '../test-process.ts';

const TTL_SECONDS = 3600;

/** Issues a token as the API's sign-in does. */
export type TokenOf = (role: Role, subject: string, ttlSeconds?: number) => Promise<string>;

/** @param env of a cluster: names the file of its signing keys */
export async function tokensOf(env: Readonly<Record<string, string>>): Promise<TokenOf> {
  const keys = await readTokenKeys(env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
  return async (role, subject, ttlSeconds = TTL_SECONDS) =>
    (await issueToken(keys, { role, subject, region: REGION, ttlSeconds })).token;
}
