import type { KeysFile } from './tokens.ts';

export interface Rotation {
  readonly nowMs: number;
  /** The new private key, under a kid that the file does not contain. */
  readonly next: KeysFile['keys'][number];
  /** After this wait the new key signs: by then every process has read the file, and every reader of the JWKS has it. */
  readonly leadMs: number;
  /** How long the old key verifies after its last signature: the longest life of a token plus the clock difference. */
  readonly keptMs: number;
}

/** The key that signs at a given time. */
function signerAt({ signWith, signNext }: KeysFile, nowMs: number): string | undefined {
  return signNext !== undefined && nowMs >= signNext.from ? signNext.kid : signWith;
}

/**
 * The keys file with a new key, which verifies at once and signs after the lead. The key that signed until then verifies until its last token
 * has expired. Keys past their date are dropped. A pure function: the caller writes the file.
 * @throws Error when the kid is taken, or a rotation is under way
 */
export function rotated(file: KeysFile, { nowMs, next, leadMs, keptMs }: Rotation): KeysFile {
  if (file.keys.some(({ kid }) => kid === next.kid)) throw new Error(`key ${next.kid} already exists`);
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
