import {
  type AuditEntryView,
  auditListSchema,
  auditQuerySchema,
  pickFields,
  toIsoTime,
} from '@rideline/contract';
import { listAudit } from '@rideline/fleet/store/audit';
import type { StoredAuditEntry } from '@rideline/fleet/store/audit-collection';
import { presented } from '@rideline/fleet/store/presented';
import { nextOf, pageOf } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { ADMINS, type AdminParts, READ_PROBLEMS } from './admin-parts.ts';

function viewOf({ _id, at, actor, action, target, data }: StoredAuditEntry): AuditEntryView {
  return { id: _id, at: toIsoTime(at), actor, action, target, data };
}

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

/** The audit log is read-only over REST: no route changes it. */
export function auditRoutes({ mongo, db, region }: AdminParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/admin/audit',
      operation: 'listAuditEntries',
      summary:
        'Audit log entries (actor, action, target, reason), newest first; filtered by actor, target, action or time.',
      access: ADMINS,
      limit: 'standard',
      query: auditQuerySchema,
      answer: auditListSchema,
      problems: READ_PROBLEMS,
      handle: async ({ query, onUnpresentable }) => {
        const { actor, target, action, fields } = query;
        const asked = { actor, target, action, from: dateOf(query.from), to: dateOf(query.to) };
        const { documents, next } = await mongo.read(() => listAudit(db, region, asked, pageOf(query)));
        const entries = presented(documents, (entry) => pickFields(viewOf(entry), fields), onUnpresentable);
        return { entries, next: nextOf(next) };
      },
    }),
  ];
}
