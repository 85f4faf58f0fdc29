import { createHash, randomBytes } from 'node:crypto';

/** 192 bits: as base64url, 32 characters without padding. */
const SECRET_BYTES = 24;

/** The secret of a new share link. */
export function newShareSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** What is stored of a secret. Fast on purpose: a secret of 192 random bits cannot be guessed from its digest, unlike a password. */
export function shareHash(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
