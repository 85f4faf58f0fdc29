import type { RegionId, Role } from '@rideline/contract';
import {
  defineCollection,
  requiredDate,
  requiredMixed,
  requiredString,
  schemaVersion,
} from './collection-definition.ts';

export interface StoredAuditEntry {
  /** UUIDv7. */
  _id: string;
  v: 1;
  region: RegionId;
  at: Date;
  actor: { role: Role | 'system'; id: string };
  action: string;
  target: string;
  data: Record<string, unknown>;
}

export const auditCollection = defineCollection<StoredAuditEntry>({
  name: 'audit',
  fields: {
    _id: requiredString,
    v: schemaVersion,
    region: requiredString,
    at: requiredDate,
    actor: requiredMixed,
    action: requiredString,
    target: requiredString,
    data: { ...requiredMixed, default: () => ({}) },
  },
  indexes: [
    { name: 'by_target', key: { target: 1, at: -1 } },
    { name: 'by_age', key: { region: 1, at: -1 } },
    { name: 'by_actor', key: { 'actor.id': 1, at: -1 } },
    { name: 'by_action', key: { action: 1, at: -1 } },
  ],
});
