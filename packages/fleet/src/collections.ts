import type { Mongo } from '@rideline/platform/mongo/mongo';
import { driverCollection } from './accounts/driver-collection.ts';
import { revocationCollection } from './accounts/revocation-collection.ts';
import { sessionCollection } from './accounts/session-collection.ts';
import { userCollection } from './accounts/user-collection.ts';
import { vehicleCollection } from './accounts/vehicle-collection.ts';
import { documentCollection } from './documents/document-collection.ts';
import { healthCollection } from './health/health-collection.ts';
import { candidateCollection } from './matching/candidate-collection.ts';
import { deviceCollection } from './notifications/device-collection.ts';
import { notificationCollection } from './notifications/notification-collection.ts';
import { erasureCollection } from './privacy/erasure-collection.ts';
import { configurationCollection } from './settings/configuration-collection.ts';
import { preferencesCollection } from './settings/preferences-collection.ts';
import { regionCollection } from './settings/region-collection.ts';
import { auditCollection } from './store/audit-collection.ts';
import type { CollectionDefinition } from './store/collection-definition.ts';
import { createDatabase, type Database } from './store/database.ts';
import { idempotencyCollection } from './store/idempotency-collection.ts';
import { metaCollection } from './store/meta-collection.ts';
import { trackCollection } from './tracks/track-collection.ts';
import { shareCollection } from './trips/share-collection.ts';
import { tripCollection } from './trips/trip-collection.ts';

/** Every collection, in the order in which indexes are created and an erased id is searched. Processes import it; no area does. */
const COLLECTIONS: readonly CollectionDefinition[] = [
  tripCollection,
  shareCollection,
  candidateCollection,
  trackCollection,
  healthCollection,
  userCollection,
  sessionCollection,
  revocationCollection,
  driverCollection,
  vehicleCollection,
  auditCollection,
  notificationCollection,
  deviceCollection,
  idempotencyCollection,
  documentCollection,
  regionCollection,
  configurationCollection,
  preferencesCollection,
  erasureCollection,
  metaCollection,
];

/** Binds the collections to a connection; reads and writes nothing. */
export function openDatabase(mongo: Mongo): Database {
  return createDatabase(mongo, COLLECTIONS);
}
