import { defineCollection, mixed, requiredString, schemaVersion } from './collection-definition.ts';

/** Data about the database itself: applied migrations, leases, the bucket's owner. */
export interface StoredMeta {
  _id: string;
  v: 1;
  applied?: { id: string; at: Date }[];
  holder?: string;
  until?: Date;
}

export const metaCollection = defineCollection<StoredMeta>({
  name: 'meta',
  fields: { _id: requiredString, v: schemaVersion, applied: [mixed], holder: String, until: Date },
});
