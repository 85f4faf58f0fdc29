import { MIGRATIONS } from '@rideline/fleet/migrations';
import { assertIndexes, IndexError, migrate } from '@rideline/fleet/store/migrations';
import { unfinishedRestore } from '@rideline/fleet/store/restore-record';
import { CommandError, readArguments, runCommand } from './command.ts';
import { unfinishedText } from './restore-run.ts';

const USAGE = 'usage: ./rideline migrate [--json]';

/** `rideline migrate`: applies pending migrations, then creates every index. Idempotent: interrupted, it is run again. */
await runCommand('migrate', async (context) => {
  const { config, clock, logger } = context;
  const { values } = readArguments(context.args, USAGE, {
    options: { json: { type: 'boolean', default: false } },
    positionals: 0,
  });
  const { report, signal } = context.beginLong({ json: values.json });
  const db = await context.openMongo();
  context.keptFromHere();
  try {
    const say = (line: string) => report.say(line);
    const options = { holder: config.process, clock, log: logger, say, signal, migrations: MIGRATIONS };
    const ran = await migrate(db, options);
    await assertIndexes(db, logger);
    say(ran.length === 0 ? 'MongoDB is up to date' : `applied ${ran.join(', ')}`);
  } catch (error) {
    if (error instanceof IndexError) throw new CommandError(error.message);
    throw error;
  }
  const restore = await unfinishedRestore(db);
  if (restore !== null) report.say(`NOTE ${unfinishedText(restore)}`);
});
