import { CodedError, type ReviewDocument, type Role, requestDay, type UserId } from '@rideline/contract';
import { endOfDay } from '../settings/calendar-day.ts';
import { readRegion, settingsOf, zoneOf } from '../settings/region-settings.ts';
import { writeAudit } from '../store/audit.ts';
import type { Database } from '../store/database.ts';
import type { StoredDocument } from './document-collection.ts';
import { applyToDocument, type DocumentStore } from './document-store.ts';
import { nextDocument } from './document-transition.ts';

export interface Reviewer {
  readonly userId: UserId;
  readonly role: Role;
}

/**
 * Stores a reviewer's decision on the version of the document that they saw. A later decision replaces an earlier one; the audit log, which
 * is written first, has both.
 * @throws CodedError CONFLICT with the current version · ILLEGAL_TRANSITION · VALIDATION (a rejection without reason, no validUntil)
 */
export async function reviewDocument(
  parts: { readonly documentStore: DocumentStore; readonly db: Database },
  reviewer: Reviewer,
  document: StoredDocument,
  { decision, reason, validUntil, version }: ReviewDocument,
): Promise<StoredDocument> {
  const { documentStore, db } = parts;
  const at = documentStore.clock.wallMs();
  const transition = {
    type: 'review',
    at,
    by: String(reviewer.userId),
    decision,
    reason: reason ?? null,
    ...(await validity(parts, validUntil)),
  } as const;
  const current = (found: StoredDocument) => {
    if (found.version === version) return transition;
    throw new CodedError('CONFLICT', 'the document has changed', { version: found.version });
  };
  // An illegal decision must be refused before it is written to the audit log.
  const step = nextDocument(document, current(document));
  if (step.outcome === 'refused') throw new CodedError(step.code, step.reason, { version: document.version });
  const entry = {
    actor: { role: reviewer.role, id: reviewer.userId },
    action: `document.${decision}`,
    target: `document:${document._id}`,
    data: { version, reason: reason ?? null, validUntil: validUntil ?? null, userId: document.userId },
  };
  await writeAudit(db, documentStore.region, entry, new Date(at));
  return (await applyToDocument(documentStore, document._id, current, document)).document;
}

/** A day ends in the region's zone: a licence that is valid until the 28th ends with that day where its owner drives. */
async function validity(
  { db, documentStore: { region } }: { readonly documentStore: DocumentStore; readonly db: Database },
  validUntil: string | undefined,
): Promise<{ validUntil: number | null; validUntilDay?: string }> {
  if (validUntil === undefined) return { validUntil: null };
  if (!requestDay.safeParse(validUntil).success) return { validUntil: Date.parse(validUntil) };
  const zone = zoneOf(settingsOf(region, await readRegion(db, region), { retentionDays: 0 }));
  return { validUntil: endOfDay(validUntil, zone), validUntilDay: validUntil };
}
