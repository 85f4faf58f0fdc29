import { randomUUIDv7 } from 'node:crypto';
import type { RegionId, Role, UserId } from '@rideline/contract';
import { auditCollection, type StoredAuditEntry } from './audit-collection.ts';
import { SCHEMA_VERSION } from './collection-definition.ts';
import type { Database } from './database.ts';
import { listPage, type PageCursor, type PageRequest } from './list-page.ts';

/** An action of an actor on a target, with its reason in `data`. */
export interface AuditEntry {
  readonly actor: { readonly role: Role | 'system'; readonly id: UserId | string };
  /** A fixed word, e.g. `trip.cancel`. */
  readonly action: string;
  /** Kind and id, e.g. `trip:<id>`. */
  readonly target: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Appends an entry with majority write concern. Written before the action, so that no action lacks its entry. */
export async function writeAudit(
  db: Database,
  region: RegionId,
  entry: AuditEntry,
  now: Date,
): Promise<void> {
  const document: StoredAuditEntry = {
    _id: randomUUIDv7(),
    v: SCHEMA_VERSION,
    region,
    at: now,
    actor: { role: entry.actor.role, id: String(entry.actor.id) },
    action: entry.action,
    target: entry.target,
    data: { ...entry.data },
  };
  await db.model(auditCollection).create([document], { w: 'majority' });
}

/** The newest entries about a target, newest first. */
export async function readAudit(
  db: Database,
  region: RegionId,
  target: string,
  limit: number,
): Promise<StoredAuditEntry[]> {
  return await db.model(auditCollection).find({ target, region }).sort({ at: -1 }).limit(limit).lean();
}

/** One page of the audit log, newest first. Entries are only added: no function changes or removes one. */
export function listAudit(
  db: Database,
  region: RegionId,
  query: {
    actor?: string | undefined;
    target?: string | undefined;
    action?: string | undefined;
    from?: Date | undefined;
    to?: Date | undefined;
  },
  page: PageRequest,
): Promise<{ documents: StoredAuditEntry[]; next: PageCursor | null }> {
  const { actor, target, action, from, to } = query;
  const at = { ...(from === undefined ? {} : { $gte: from }), ...(to === undefined ? {} : { $lt: to }) };
  return listPage<StoredAuditEntry>(db.model(auditCollection), {
    filter: {
      region,
      ...(actor === undefined ? {} : { 'actor.id': actor }),
      ...(target === undefined ? {} : { target }),
      ...(action === undefined ? {} : { action }),
      ...(Object.keys(at).length === 0 ? {} : { at }),
    },
    time: 'at',
    ...page,
  });
}
