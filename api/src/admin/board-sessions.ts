import { createHash, randomBytes } from 'node:crypto';
import type { RegionId } from '@rideline/contract';
import { boardSession } from '@rideline/fleet/redis/redis-keys';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { Principal } from '@rideline/platform/tokens/tokens';

export const BOARD_PATH = '/v1/admin/board';
/** Long enough to inspect a queue, short enough for a session left open in a browser. */
const LIFE_MS = 15 * 60_000;
const SECRET_BYTES = 32;
const SECRET = /^[A-Za-z0-9_-]{43}$/;
const COOKIE = 'rideline-board';

export type BoardSessions = ReturnType<typeof createBoardSessions>;

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('base64url');

/** The secret from the browser's cookie, if it is well-formed. */
export function boardCookie(header: string): string | null {
  for (const part of header.split(';')) {
    const [name, value = ''] = part.trim().split('=', 2);
    if (name === COOKIE && SECRET.test(value)) return value;
  }
  return null;
}

/**
 * Sessions of the queue board. A browser that opens a page cannot send a token in a header, so an admin gets a cookie for this one path for
 * 15 minutes. Only its hash is stored, in the state Redis, where every API node finds it.
 */
export function createBoardSessions(parts: { state: RedisClient; region: RegionId; secure: boolean }) {
  const { state, region, secure } = parts;
  return {
    async open(principal: Principal, nowMs: number): Promise<{ cookie: string; expiresAtMs: number }> {
      const secret = randomBytes(SECRET_BYTES).toString('base64url');
      const lifeMs = Math.min(LIFE_MS, principal.expiresAtMs - nowMs);
      await state.set(
        boardSession(region, hashOf(secret)),
        JSON.stringify(principal),
        'PX',
        Math.max(1, lifeMs),
      );
      const flags = `Path=${BOARD_PATH}; Max-Age=${Math.floor(lifeMs / 1000)}; HttpOnly; SameSite=Strict`;
      return {
        cookie: `${COOKIE}=${secret}; ${flags}${secure ? '; Secure' : ''}`,
        expiresAtMs: nowMs + lifeMs,
      };
    },
    async find(secret: string): Promise<Principal | null> {
      const found = await state.get(boardSession(region, hashOf(secret)));
      return found === null ? null : (JSON.parse(found) as Principal);
    },
  };
}
