import { parseOptions } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { runCommand } from '@rideline/infra/local/run-command';
import type { Bench } from './src/bench/bench.ts';
import { BENCH_NAMES, loadBench } from './src/bench/catalogue.ts';
import { machineText } from './src/bench/report-text.ts';
import { saveOutcome } from './src/bench/save-outcome.ts';
import { stoppedBySignal } from './src/command/stopped-by-signal.ts';

const COMMON_OPTIONS = ['quick', 'json', 'keep'];

/**
 * `./rideline bench NAME [--quick] [--json] [--keep]`; without a name: the list of benches. Exits with 1 when something happened that must
 * never happen (a ledger does not add up, a trip was lost), with 2 for an unknown name. `--keep` saves the figures and their charts in
 * docs/bench.
 */
async function runBench(args: readonly string[]): Promise<void> {
  // An option may stand before the name, and the valid options depend on the name.
  const name = args.find((word) => !word.startsWith('-'));
  if (name === undefined) return printList(args);
  const bench = await loadBench(name);
  if (bench === undefined)
    throw new UsageError(`there is no bench '${name}'`, `The benches are ${BENCH_NAMES.join(', ')}`);
  const given = flagsOf(bench, args);
  const progress = createProgress(process.stderr, `bench ${bench.name}`);
  const outcome = await bench
    .run({
      quick: given.has('quick'),
      flags: given,
      onProgress: progress.line,
      signal: stoppedBySignal(),
    })
    .finally(() => progress.end());
  console.log(given.has('json') ? JSON.stringify({ machine: machineText(), ...outcome.json }) : outcome.text);
  if (given.has('keep')) await saveOutcome(bench.name, outcome, commandOf(bench.name, given));
  if (!outcome.ok) process.exitCode = 1;
}

/** What a kept file names as its command: figures of a quick run must not pass for those of a full one. */
function commandOf(name: string, given: ReadonlySet<string>): string {
  const flags = [...given].filter((flag) => flag !== 'keep' && flag !== 'json');
  return ['./rideline bench', name, ...flags.map((flag) => `--${flag}`)].join(' ');
}

/** @throws UsageError for an option that the bench does not have */
function flagsOf(bench: Bench, args: readonly string[]): ReadonlySet<string> {
  const names = [...COMMON_OPTIONS, ...Object.keys(bench.options)];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'boolean' } as const]));
  const { values } = parseOptions(args, options, 1);
  return new Set(Object.keys(values).filter((name) => values[name] === true));
}

async function printList(args: readonly string[]): Promise<void> {
  parseOptions(args, {});
  console.log('./rideline bench NAME [--quick] [--json] [--keep]\n');
  for (const name of BENCH_NAMES) {
    const bench = await loadBench(name);
    console.log(`  ${name.padEnd(12)}${bench?.summary}`);
    for (const [option, text] of Object.entries(bench?.options ?? {}))
      console.log(`  ${''.padEnd(12)}--${option}: ${text}`);
  }
}

await runCommand(() => runBench(process.argv.slice(2)));
