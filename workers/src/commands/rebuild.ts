import { runCommand } from './command.ts';
import { rebuildRedis } from './rebuild-redis.ts';

/** `rideline rebuild`: rebuilds an empty Redis from MongoDB. */
await runCommand('rebuild', async ({ config, clock, say, openRecord, openLog, openState }) => {
  const log = await openLog();
  const state = await openState();
  const { db } = await openRecord();
  await rebuildRedis({ config, clock, db, log, state, say });
});
