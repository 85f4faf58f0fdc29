import type { DriverId, UserId } from '@rideline/contract';
import { revocations } from '../redis/redis-keys.ts';
import { searchRedis } from '../redis/redis-search.ts';
import { metaCollection } from '../store/meta-collection.ts';
import { trackCollection } from '../tracks/track-collection.ts';
import { keysBelow, prefixesOf } from './erase-account.ts';
import { countDeadLettersOf, countFixRecords } from './erase-redis.ts';
import type { StoredErasure, StoreSearch } from './erasure-collection.ts';
import type { ErasureParts } from './erasure-parts.ts';
import { holdsId } from './replace-id.ts';

/** Collections kept although they contain the id, with the reason. */
const KEPT: Readonly<Record<string, string>> = {
  audit: 'the audit log is never changed',
  erasures: 'this erasure is kept, so that a restored backup can be erased again',
  revocations: "revokes the person's tokens; expires when the last of them has expired",
};

/** Searches a whole collection, each document as text. */
async function searchCollection(
  collection: { find(filter: object): AsyncIterable<unknown> },
  region: string,
  id: string,
): Promise<{ searched: number; found: number }> {
  let searched = 0;
  let found = 0;
  for await (const document of collection.find({ region })) {
    searched += 1;
    if (holdsId(document, id)) found += 1;
  }
  return { searched, found };
}

/** Searches the largest collection by its index and by the range of its ids, which begin with the driver's id. */
async function searchTracks({ db, region }: ErasureParts, id: DriverId) {
  const collection = db.collection(trackCollection);
  const byDriver = await collection.countDocuments({ driverId: id, region });
  const byId = await collection.countDocuments({ _id: { $gte: `${id}:`, $lt: `${id};` } });
  return { searched: await collection.estimatedDocumentCount(), found: Math.max(byDriver, byId) };
}

async function searchMongo(parts: ErasureParts, id: string): Promise<StoreSearch[]> {
  const found: StoreSearch[] = [];
  for (const definition of parts.db.definitions) {
    const { name } = definition;
    if (name === metaCollection.name) continue;
    const result =
      name === trackCollection.name
        ? await searchTracks(parts, id as DriverId)
        : await searchCollection(parts.db.anyCollection(definition), parts.region, id);
    const kept = KEPT[name];
    found.push({
      store: `mongo:${name}`,
      ...result,
      ...(kept !== undefined && result.found > 0 ? { kept } : {}),
    });
  }
  return found;
}

async function searchObjects(
  { objects }: ErasureParts,
  userId: UserId,
  documentIds: readonly string[],
): Promise<StoreSearch[]> {
  if (objects === undefined) return [];
  let searched = 0;
  let found = 0;
  for await (const keys of keysBelow(objects, '')) {
    searched += keys.length;
    found += keys.filter((key) => [userId, ...documentIds].some((id) => holdsId(key, String(id)))).length;
  }
  for (const prefix of prefixesOf(userId, documentIds)) {
    for await (const keys of keysBelow(objects, prefix)) found = Math.max(found, keys.length);
  }
  return [{ store: 's3', searched, found }];
}

async function searchState({ state, region }: ErasureParts, id: string): Promise<StoreSearch[]> {
  const { searched, found } = await searchRedis(state, region, (text) => holdsId(text, id));
  const revoked = found.filter((key) => key === revocations(region));
  const stores: StoreSearch[] = [{ store: 'redis:state', searched, found: found.length - revoked.length }];
  if (revoked.length > 0)
    stores.push({
      store: 'redis:state:revocations',
      searched: 1,
      found: 1,
      kept: 'notifies every node that the tokens are revoked; trimmed after 20 min',
    });
  return stores;
}

/** Searches every store for the id. */
export async function searchStores(
  parts: ErasureParts,
  userId: UserId,
  erasure: StoredErasure,
): Promise<StoreSearch[]> {
  const id = String(userId);
  const cache = await searchRedis(parts.cache, parts.region, (text) => holdsId(text, id));
  return [
    ...(await searchMongo(parts, id)),
    ...(await searchState(parts, id)),
    { store: 'redis:cache', searched: cache.searched, found: cache.found.length },
    { store: 'redis:log:fixes', ...(await countFixRecords(parts, id as DriverId)) },
    { store: 'redis:log:dead-letters', ...(await countDeadLettersOf(parts, id)) },
    ...(await searchObjects(parts, userId, erasure.documentIds)),
  ];
}

export function isClean(stores: readonly StoreSearch[]): boolean {
  return stores.every(({ found, kept }) => found === 0 || kept !== undefined);
}
