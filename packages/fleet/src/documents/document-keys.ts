import { randomBytes } from 'node:crypto';
import {
  type DocumentContentType,
  type DocumentId,
  type DocumentType,
  EXTENSION_OF,
  type UserId,
} from '@rideline/contract';

/**
 * Keys of the objects. Uploads land in quarantine under a key of their own that nobody can guess, and that is never used again: a form can
 * be sent twice. What was checked lies under `clean/`, one key for each attempt. Nobody but workers reads quarantine.
 */
const QUARANTINE = 'quarantine';
const CLEAN = 'clean';

/** Where uploads land; the sweeper looks for orphans here. */
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
