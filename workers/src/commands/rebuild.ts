import { runCommand } from './command.ts';
import { rebuildRedis } from './rebuild-redis.ts';

/** `rideline rebuild`: rebuilds an empty Redis from MongoDB. */
await runCommand('rebuild', async ({ config, clock, say, openMongo, openLog, openState }) => {
  const log = await openLog();
  const state = await openState();
  const db = await openMongo();
  await rebuildRedis({ config, clock, db, log, state, say });
});
