import { randomBytes } from 'node:crypto';
import {
  type DocumentContentType,
  type DocumentId,
  type DocumentType,
  EXTENSION_OF,
  type UserId,
} from '@rideline/contract';

/**
 * Keys of the objects. Uploads go to quarantine under a random key that is never used again, because a form can be submitted twice. Checked
 * copies are under `clean/`, one key for each attempt. Only workers read quarantine.
 */
const QUARANTINE = 'quarantine';
const CLEAN = 'clean';

/** Prefix of uploads; the sweeper searches it for orphans. */
export const QUARANTINE_PREFIX = `${QUARANTINE}/documents/`;
export const CLEAN_PREFIX = `${CLEAN}/`;

export function quarantineKey(options: {
  userId: UserId;
  type: DocumentType;
  contentType: DocumentContentType;
  nowMs: number;
}): string {
  const { userId, type, contentType, nowMs } = options;
  const random = randomBytes(12).toString('hex');
  return `${QUARANTINE_PREFIX}${userId}/${type}/${nowMs}-${random}.${EXTENSION_OF[contentType]}`;
}

export function cleanKey(documentId: DocumentId, fence: number, contentType: DocumentContentType): string {
  return `${CLEAN_PREFIX}${documentId}/${fence}.${EXTENSION_OF[contentType]}`;
}

export function thumbnailKey(documentId: DocumentId, fence: number): string {
  return `${CLEAN_PREFIX}${documentId}/${fence}-thumb.jpg`;
}

/** Prefix of all copies of one document. */
export function copiesPrefix(documentId: DocumentId): string {
  return `${CLEAN_PREFIX}${documentId}/`;
}

const COPY_NAME = /^(\d{1,9})(-thumb)?\.[a-z]{1,8}$/;

/** Which attempt wrote a clean copy, by its key: the inverse of `cleanKey` and `thumbnailKey`. */
export function copyOfKey(key: string): {
  kind: 'file' | 'thumbnail' | 'unknown';
  attempt: number | null;
} {
  const [, fence, thumb] = COPY_NAME.exec(key.slice(key.lastIndexOf('/') + 1)) ?? [];
  if (fence === undefined) return { kind: 'unknown', attempt: null };
  return { kind: thumb === undefined ? 'file' : 'thumbnail', attempt: Number(fence) };
}
