import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { drain } from './commands/drain.ts';
import { logs } from './commands/logs.ts';
import { probeS3Command } from './commands/probe-s3.ts';
import { reset } from './commands/reset.ts';
import { status } from './commands/status.ts';
import { up } from './commands/up.ts';
import { runCommand } from './run-command.ts';

const COMMANDS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  up,
  down,
  status,
  doctor,
  logs,
  reset,
  drain,
  'probe-s3': probeS3Command,
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) throw new Error(`cli.ts has no command '${name}'`);
await runCommand(() => command(args));
