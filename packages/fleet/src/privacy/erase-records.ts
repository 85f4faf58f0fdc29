import type { UserId } from '@rideline/contract';
import { writeRevocation } from '../accounts/revocation-store.ts';
import { CLEAN_PREFIX, QUARANTINE_PREFIX } from '../documents/document-keys.ts';
import type { StoredDriver } from '../store/models.ts';
import { ErasureBlocked, type ErasureParts } from './erasure-parts.ts';
import type { StoredErasure } from './erasure-schema.ts';

/** Nobody signs in any more, and every token is void: sockets close. */
export async function endAccess(parts: ErasureParts, userId: UserId): Promise<number> {
  const { models, state, region, clock, revocationKeptMs } = parts;
  const { matchedCount } = await models.users.collection.updateOne(
    { _id: userId as never, region },
    { $set: { state: 'suspended' }, $unset: { login: '' }, $inc: { version: 1 } },
  );
  const ended = await models.sessions.collection.deleteMany({ userId, region });
  const atMs = clock.wallMs();
  // Tokens carry whole seconds: of this second all are void.
  const notBeforeMs = (Math.floor(atMs / 1000) + 1) * 1000;
  const record = { models, state, region, wallMs: () => clock.wallMs(), keptMs: revocationKeptMs };
  await writeRevocation(record, { kind: 'user', subject: userId, userId, notBeforeMs, atMs });
  return matchedCount + ended.deletedCount;
}

/** Keys below a prefix, some at a time. */
export async function* keysBelow(objects: NonNullable<ErasureParts['objects']>, prefix: string) {
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof objects.list>> = await objects.list(prefix, after);
    yield page.objects.map(({ key }) => key);
    after = page.next;
  } while (after !== null);
}

/** Where a person's objects lie. */
export function prefixesOf(userId: UserId, documentIds: readonly string[]): string[] {
  return [`${QUARANTINE_PREFIX}${userId}/`, ...documentIds.map((id) => `${CLEAN_PREFIX}${id}/`)];
}

/** Documents and their objects. The objects go first: without the document nobody would know whose they are. */
export async function eraseDocuments(
  parts: ErasureParts,
  userId: UserId,
  erasure: StoredErasure,
): Promise<number> {
  const { models, region, objects } = parts;
  const his = { region, userId };
  if ((await models.documents.collection.findOne({ ...his, 'state.name': 'processing' } as never)) !== null)
    throw new ErasureBlocked('a document is being checked');
  const found = await models.documents.collection.find(his as never, { projection: { _id: 1 } }).toArray();
  const ids = new Set([...erasure.documentIds, ...found.map(({ _id }) => String(_id))]);
  erasure.documentIds = [...ids];
  await models.erasures.collection.updateOne(
    { _id: erasure._id as never },
    { $set: { documentIds: erasure.documentIds } },
  );
  if (objects === undefined && ids.size > 0) throw new ErasureBlocked('no S3 server is configured');
  let touched = 0;
  for (const prefix of objects === undefined ? [] : prefixesOf(userId, erasure.documentIds)) {
    for await (const keys of keysBelow(objects as NonNullable<typeof objects>, prefix)) {
      for (const key of keys) await objects?.remove(key);
      touched += keys.length;
    }
  }
  return touched + (await models.documents.collection.deleteMany(his as never)).deletedCount;
}

export async function eraseTracks({ models, region }: ErasureParts, userId: UserId): Promise<number> {
  const { deletedCount } = await models.tracks.collection.deleteMany({ driverId: userId, region } as never);
  return deletedCount;
}

/** The account itself, last: until then the person can be told what is going on. */
export async function eraseAccount({ models, region }: ErasureParts, userId: UserId): Promise<number> {
  const his = { userId, region };
  let touched = 0;
  for (const model of [models.notifications, models.devices, models.sessions])
    touched += (await model.collection.deleteMany(his as never)).deletedCount;
  const driver = (await models.drivers.collection.findOne({ _id: userId as never })) as StoredDriver | null;
  if (driver?.vehicleId !== undefined)
    touched += (await models.vehicles.collection.deleteOne({ _id: driver.vehicleId as never })).deletedCount;
  for (const model of [models.preferences, models.drivers, models.users])
    touched += (await model.collection.deleteOne({ _id: userId as never, region })).deletedCount;
  return touched;
}
