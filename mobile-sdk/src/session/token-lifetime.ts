import type { SdkClock } from '../time/clock.ts';
import { startElapsed } from '../time/elapsed.ts';

/** A token with less time left is not used for a new connection or call. */
const MIN_LEFT_MS = 60_000;
/** Of short-lived tokens this share of the lifetime, so that a token of a minute is not refreshed by each call. */
const MIN_LEFT_SHARE = 0.3;

export interface Lifetime {
  /** ms until the token must be replaced; negative when it is time. Infinity when the token does not say. */
  leftMs(): number;
  /** Whether it has expired. */
  isOver(): boolean;
}

/** @param lifeMs the whole lifetime, which decides the reserve · @param restMs what is left of it now */
export function startLifetime(clock: SdkClock, lifeMs: number, restMs: number): Lifetime {
  const reserveMs = Math.min(MIN_LEFT_MS, lifeMs * MIN_LEFT_SHARE);
  const elapsedMs = startElapsed(clock);
  return {
    leftMs: () => restMs - reserveMs - elapsedMs(),
    isOver: () => restMs <= elapsedMs(),
  };
}

/**
 * The lifetime that a JSON Web Token (RFC 7519) states. Nothing is verified: that is the server's part. A token without an end is valid until
 * the server refuses it.
 * @param isClockWrong the wall clock contradicts the token: its whole lifetime is counted from now
 */
export function lifetimeOf(clock: SdkClock, token: string, isClockWrong = false): Lifetime {
  const expiresMs = expiryOf(token);
  if (expiresMs === undefined) return startLifetime(clock, Infinity, Infinity);
  const issuedMs = claimMs(token, 'iat');
  const restMs = expiresMs - clock.wallMs();
  const lifeMs = issuedMs === undefined ? Infinity : expiresMs - issuedMs;
  return startLifetime(clock, lifeMs, isClockWrong ? lifeMs : Math.min(restMs, lifeMs));
}

/** When a token says that it expires, epoch ms. */
export function expiryOf(token: string): number | undefined {
  return claimMs(token, 'exp');
}

function claimMs(token: string, name: 'exp' | 'iat'): number | undefined {
  const claims = decodeBase64Url(token.split('.')[1] ?? '');
  const seconds = new RegExp(`"${name}" ?: ?(\\d{1,12})`).exec(claims)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

/** Without `atob` and `TextDecoder`, which Hermes may lack. The claims that are looked for are ASCII. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

function decodeBase64Url(text: string): string {
  let decoded = '';
  let bits = 0;
  let held = 0;
  for (const letter of text) {
    held = ((held << 6) | Math.max(0, ALPHABET.indexOf(letter))) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded += String.fromCharCode((held >> bits) & 0xff);
  }
  return decoded;
}
