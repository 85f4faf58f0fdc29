import { giveLoginsOneForm } from './accounts/login-migration.ts';
import type { Database } from './store/database.ts';
import { type Migration, type MigrationWork, makeIndexes } from './store/migrations.ts';
import { makeOpenTripsDue } from './trips/due-migration.ts';
import { addFares } from './trips/fare-migration.ts';

/** Append only; an id is never used again. Each step must be safe to run twice. */
export const MIGRATIONS: readonly Migration[] = [
  { id: '0001-indexes', run: (db, { say }) => makeIndexes(db, say) },
  { id: '0002-open-trips-are-due', run: async (db) => void (await makeOpenTripsDue(db)) },
  { id: '0003-fares', run: addFares },
  { id: '0004-login-form', run: giveLoginsOneForm },
];

/** Runs every migration, recorded or not: documents of an old backup come into a database whose migrations have run. */
export async function migrateRestored(db: Database, work: MigrationWork): Promise<void> {
  for (const { run } of MIGRATIONS) await run(db, work);
}
