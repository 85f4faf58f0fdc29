import { loginForm, type UserId } from '@rideline/contract';
import type { mongo } from 'mongoose';
import { readAudit, writeAudit } from '../store/audit.ts';
import { failedWrites } from '../store/bulk-errors.ts';
import type { Database } from '../store/database.ts';
import { isDuplicateKey } from '../store/duplicate-key.ts';
import type { MigrationWork } from '../store/migrations.ts';
import { type StoredUser, userCollection } from './user-collection.ts';

/** Accounts read at a time. */
const CHUNK = 1000;
/** Actor and action of the audit entries. */
const ACTOR = { role: 'system', id: 'migrate' } as const;
const ACTION = 'account.login_conflict';

type Found = Pick<StoredUser, '_id' | 'region' | 'login'>;

/**
 * Gives accounts the one form of their logins. When another account has it (its owner registered twice, in two forms), both keep what they have:
 * which of two passwords opens an account is not for a program to decide.
 * @returns the accounts that keep the form that they have
 */
async function giveForms(db: Database, users: readonly Found[]): Promise<Found[]> {
  if (users.length === 0) return [];
  const writes = users.map(({ _id, login }) => ({
    updateOne: {
      filter: { _id, login },
      update: { $set: { login: loginForm(login) }, $inc: { version: 1 } },
    },
  }));
  try {
    await db
      .collection(userCollection)
      .bulkWrite(writes, { ordered: false, writeConcern: { w: 'majority' } });
    return [];
  } catch (error) {
    const failed = failedWrites(error);
    if (failed === null || !failed.every(isDuplicateKey)) throw error;
    return failed.flatMap(({ index }) => users[index] ?? []);
  }
}

async function recordConflict(db: Database, { _id, region, login }: Found): Promise<void> {
  const target = `user:${_id}`;
  if ((await readAudit(db, region, target, 100)).some(({ action }) => action === ACTION)) return;
  const other = await db.collection(userCollection).findOne({ region, login: loginForm(login) });
  const data = { other: other?._id ?? null };
  await writeAudit(db, region, { actor: ACTOR, action: ACTION, target, data }, new Date());
}

/**
 * Logins that were stored before they had one form (decomposed accents, full-width letters) get it: sign-in looks for that form alone, so that
 * their owners were locked out. Conflicts are written to the audit log, for an admin to settle. May be interrupted and run again.
 */
export async function giveLoginsOneForm(db: Database, { say }: MigrationWork): Promise<void> {
  let after: UserId | null = null;
  let conflicts = 0;
  for (;;) {
    const filter: mongo.Filter<StoredUser> = { login: { $exists: true } };
    if (after !== null) filter._id = { $gt: after };
    const found: Found[] = await db
      .collection(userCollection)
      .find(filter, { projection: { region: 1, login: 1 } })
      .sort({ _id: 1 })
      .limit(CHUNK)
      .toArray();
    const kept = await giveForms(
      db,
      found.filter(({ login }) => loginForm(login) !== login),
    );
    for (const user of kept) await recordConflict(db, user);
    conflicts += kept.length;
    after = found.at(-1)?._id ?? null;
    if (found.length < CHUNK || after === null) break;
  }
  if (conflicts > 0)
    say(`${conflicts} accounts have the login of another one: see the audit log, action ${ACTION}`);
}
