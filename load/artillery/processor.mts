import type { ArtilleryEvents } from './src/recorder.ts';
import { Run } from './src/run.ts';
import { readSettings, type Variables } from './src/settings.ts';

/**
 * What the scenarios' `function: user` step calls. The name ends in .mts, not .ts: Artillery bundles a .ts processor with esbuild into
 * dist/processor.js beside it, which resolves socket.io-client from this folder and fails where only `npx artillery` is installed, and two runs
 * at once would delete each other's bundle. Every other file is handed to Node, which removes the types by itself (22.18 and newer).
 */

let run: Run | undefined;
/** Why there is none: settings that are wrong are as wrong for the next user. */
let fault: Error | undefined;

/** One virtual user, from connecting to leaving. Artillery makes them; when they act is decided by src/run.ts. */
export async function user(context: { vars: Variables }, events: ArtilleryEvents): Promise<void> {
  if (fault !== undefined) throw fault;
  try {
    run ??= new Run(readSettings(context.vars, process.env), events);
  } catch (error) {
    fault = error as Error;
    throw error;
  }
  await run.user();
}
