import type { KeysFile } from './tokens.ts';

export interface Rotation {
  readonly nowMs: number;
  /** The key to come: private, under a kid that the file does not have. */
  readonly next: KeysFile['keys'][number];
  /** After this wait the new key signs: by then every process has read the file, and every reader of the JWKS has it. */
  readonly leadMs: number;
  /** How long after its last signature the old key verifies: the longest life of a token, and the clocks' difference. */
  readonly keptMs: number;
}

/** The key that signs at a moment. */
function signerAt({ signWith, signNext }: KeysFile, nowMs: number): string | undefined {
  return signNext !== undefined && nowMs >= signNext.from ? signNext.kid : signWith;
}

/**
 * The keys file with a new key. It verifies at once and signs after the lead; the one that signed until then verifies until its last token
 * has run out. Keys past their date are dropped. Pure: the file is the caller's.
 * @throws Error when the kid is taken, or a rotation is under way
 */
export function rotated(file: KeysFile, { nowMs, next, leadMs, keptMs }: Rotation): KeysFile {
  if (file.keys.some(({ kid }) => kid === next.kid)) throw new Error(`there is a key ${next.kid} already`);
  if (file.signNext !== undefined && nowMs < file.signNext.from)
    throw new Error('a rotation is under way: the new key does not sign yet');
  const from = nowMs + leadMs;
  const old = signerAt(file, nowMs);
  const endsAt = from + keptMs;
  const keys = file.keys
    .filter(({ notAfter }) => notAfter === undefined || notAfter >= nowMs)
    .map((key) => (key.kid === old ? { ...key, notAfter: Math.min(key.notAfter ?? endsAt, endsAt) } : key));
  return {
    keys: [...keys, next],
    ...(old === undefined ? {} : { signWith: old }),
    signNext: { kid: next.kid, from },
  };
}
