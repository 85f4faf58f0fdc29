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
