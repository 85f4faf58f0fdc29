import { parseOptions, parseWholeNumber } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { runCommand } from '@rideline/infra/local/run-command';
import { machineText } from './src/bench/report-text.ts';
import { stoppedBySignal } from './src/command/stopped-by-signal.ts';
import { checkCommand } from './src/lab/check/command.ts';
import { uploadsReport, uploadsTargets } from './src/uploads/report.ts';
import { loadUploads } from './src/uploads/run.ts';

/**
 * `./rideline load uploads [--users N] [--per-minute N] [--warm-up N] [--json]`: exits with 1 when a document was lost, or the estimated waits were
 * wrong.
 */
async function load(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    {
      users: { type: 'string', default: '7000' },
      'per-minute': { type: 'string', default: '3000' },
      'warm-up': { type: 'string', default: '200' },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [name] = positionals;
  if (name !== 'uploads')
    throw new UsageError(
      name === undefined ? 'load needs a name' : `there is no load script '${name}'`,
      'The only one is uploads',
    );
  const progress = createProgress(process.stderr, 'load uploads');
  const result = await loadUploads({
    users: parseWholeNumber('--users', values.users),
    perMinute: parseWholeNumber('--per-minute', values['per-minute']),
    warmUp: parseWholeNumber('--warm-up', values['warm-up']),
    onProgress: progress.line,
    signal: stoppedBySignal(),
  }).finally(() => progress.end());
  const targets = uploadsTargets(result);
  console.log(
    values.json ? JSON.stringify({ machine: machineText(), ...result, targets }) : uploadsReport(result),
  );
  if (targets.some(({ met }) => !met)) process.exitCode = 1;
}

const [first, ...rest] = process.argv.slice(2);
await runCommand(() => (first === 'check' ? checkCommand(rest) : load(process.argv.slice(2))));
