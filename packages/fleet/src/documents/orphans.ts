import type { DocumentId } from '@rideline/contract';
import type { ListedObject, ObjectStore } from '@rideline/platform/s3/object-store';
import { isSettled } from './document.ts';
import type { StoredDocument } from './document-collection.ts';
import { CLEAN_PREFIX, QUARANTINE_PREFIX } from './document-keys.ts';
import type { StoredDocuments } from './stored-documents.ts';

/** Younger objects are kept: their form may still be valid, or a worker may be processing them. Longer than the longest form, ms. */
export const ORPHAN_AGE_MS = 2 * 3_600_000;

export const SWEPT_PREFIXES = [QUARANTINE_PREFIX, CLEAN_PREFIX] as const;
export type SweptPrefix = (typeof SWEPT_PREFIXES)[number];

/** Keys in quarantine without a document, or whose document is settled. */
async function orphanedUploads(stored: StoredDocuments, old: readonly ListedObject[]): Promise<string[]> {
  const documents = await stored.byKeys(old.map(({ key }) => key));
  const needed = new Set(documents.filter(({ state }) => !isSettled(state)).map(({ key }) => key));
  return old.map(({ key }) => key).filter((key) => !needed.has(key));
}

function documentOf(cleanKey: string): DocumentId {
  return (cleanKey.slice(CLEAN_PREFIX.length).split('/')[0] ?? '') as DocumentId;
}

/** Keys of clean copies that no document needs. While a document is processed all its copies are kept, afterwards only the stored one. */
async function orphanedCopies(stored: StoredDocuments, old: readonly ListedObject[]): Promise<string[]> {
  const ids = [...new Set(old.map(({ key }) => documentOf(key)))];
  const documents = new Map((await stored.byIds(ids)).map((document) => [String(document._id), document]));
  return old.map(({ key }) => key).filter((key) => !isNeeded(documents.get(documentOf(key)), key));
}

function isNeeded(document: StoredDocument | undefined, key: string): boolean {
  if (document === undefined) return false;
  const { state } = document;
  if (!isSettled(state)) return true;
  return state.name === 'processed' && (state.clean.key === key || state.clean.thumbnailKey === key);
}

/**
 * Removes orphans from one page of the bucket. `after`: the last key of the page before.
 * @returns the number removed, and the next `after`; null at the end of the prefix
 */
export async function removeOrphans(
  parts: { readonly stored: StoredDocuments; readonly store: ObjectStore },
  prefix: SweptPrefix,
  page: { readonly after: string | null; readonly limit: number; readonly nowMs: number },
): Promise<{ removed: number; next: string | null }> {
  const { stored, store } = parts;
  const { objects, next } = await store.list(prefix, page.after, page.limit);
  const old = objects.filter(({ modifiedAtMs }) => page.nowMs - modifiedAtMs >= ORPHAN_AGE_MS);
  if (old.length === 0) return { removed: 0, next };
  const orphans =
    prefix === QUARANTINE_PREFIX ? await orphanedUploads(stored, old) : await orphanedCopies(stored, old);
  for (const key of orphans) await store.remove(key);
  return { removed: orphans.length, next };
}
