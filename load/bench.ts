import { parseOptions } from '@rideline/infra/local/arguments';
import { LaunchError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { runCommand } from '@rideline/infra/local/run-command';
import { benchGeoSearch } from './src/bench/geo-search.ts';
import { benchIngest } from './src/bench/ingest.ts';
import { figuresOf, ingestReport } from './src/bench/ingest-report.ts';
import { machineText } from './src/bench/report.ts';

const BENCHES = ['ingest', 'geo'] as const;

/** `./rideline bench ingest [--quick] [--json]`, `./rideline bench geo [--quick]`: exits 1 when a ledger does not add up. */
async function bench(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    { quick: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
    1,
  );
  const [name] = positionals;
  if (name === 'geo') return benchGeoSearch({ quick: values.quick });
  if (name !== 'ingest')
    throw new LaunchError(`there is no bench '${name ?? ''}'`, `There are: ${BENCHES.join(', ')}`);
  const progress = createProgress(process.stderr, `bench ${name}`);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => stop.abort(new LaunchError('stopped before the end', 'Nothing was measured')));
  }
  const result = await benchIngest({
    quick: values.quick,
    onProgress: progress.line,
    signal: stop.signal,
  }).finally(() => progress.end());
  const { runs: _, ...told } = result;
  console.log(
    values.json
      ? JSON.stringify({ machine: machineText(), ...told, figures: figuresOf(result) })
      : ingestReport(result),
  );
  if (result.ledgers.some(({ subject, sent, stored }) => subject === 'ours' && sent !== stored))
    process.exitCode = 1;
}

const [command, ...rest] = process.argv.slice(2);
await runCommand(async () => {
  if (command !== 'bench')
    throw new LaunchError(`there is no load script '${rest[0] ?? ''}'`, 'There is: ./rideline bench ingest');
  await bench(rest);
});
