import { assertIndexes, IndexError, migrate } from '@rideline/fleet/store/migrations';
import { CommandError, runCommand } from './command.ts';

/** `rideline migrate`: applies pending migrations, then creates every index. Idempotent. */
await runCommand('migrate', async ({ config, clock, logger, say, openMongo }) => {
  const db = await openMongo();
  try {
    const ran = await migrate(db, { holder: config.process, clock, log: logger });
    await assertIndexes(db, logger);
    say(ran.length === 0 ? 'MongoDB is up to date' : `applied ${ran.join(', ')}`);
  } catch (error) {
    if (error instanceof IndexError) throw new CommandError(error.message);
    throw error;
  }
});
