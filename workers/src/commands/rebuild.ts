import { readArguments, runCommand } from './command.ts';
import { rebuildRedis } from './rebuild-redis.ts';
import { refuseUnfinishedRestore } from './restore-run.ts';

const USAGE = 'usage: ./rideline rebuild [--json]';

/** `rideline rebuild`: rebuilds an empty Redis from MongoDB. */
await runCommand('rebuild', async (context) => {
  const { config, clock } = context;
  const { values } = readArguments(context.args, USAGE, {
    options: { json: { type: 'boolean', default: false } },
    positionals: 0,
  });
  const { report, signal } = context.beginLong({ json: values.json });
  const log = await context.openLog();
  const state = await context.openState();
  const db = await context.openMongo();
  await refuseUnfinishedRestore(db);
  context.keptFromHere();
  await rebuildRedis({ config, clock, db, log, state, report, signal });
});
