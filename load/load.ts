import { runCommand } from '@rideline/infra/local/run-command';
import type { LoadOptions } from './src/lab/runner/load-options.ts';
import { parseLoadOptions } from './src/lab/runner/load-options.ts';
import { allScenarios } from './src/lab/scenarios/catalogue.ts';

/**
 * `./rideline load NAME …`: loads a cluster of its own, or `--target`, with a scenario, and writes its report; without a name: the list of
 * scenarios; `load compare A.json B.json`: the comparison of reports; `load check DIR`:
 * the invariant checker alone; `load fleet`: simulated phones through every fault. Exits with 1 when a threshold is not met, the load broke off, or an
 * invariant is violated. Ctrl-C ends the load early with its report; a second Ctrl-C without.
 */
async function main(args: readonly string[]): Promise<void> {
  if (args.length === 0) return printList();
  // Only the first word: after an option it may be the option's value.
  const [name, ...rest] = args;
  // What a command needs is loaded when it is known to be right: the list and a usage error are there at once.
  if (name === 'compare' || name === 'check') return runOther(name, rest);
  if (name === 'fleet') return runFleet(rest);
  await runLoad(parseLoadOptions(args));
}

async function runFleet(args: readonly string[]): Promise<void> {
  const { fleetCommand } = await import('./src/simulation/fleet/fleet-command.ts');
  await fleetCommand(args);
}

async function runOther(name: 'compare' | 'check', args: readonly string[]): Promise<void> {
  if (name === 'compare') {
    const { runCompare } = await import('./src/lab/compare/compare-command.ts');
    return runCompare(args);
  }
  const { checkCommand } = await import('./src/lab/check/command.ts');
  await checkCommand(args);
}

async function runLoad(options: LoadOptions): Promise<void> {
  const { runLoadAtTerminal } = await import('./src/lab/runner/terminal.ts');
  if (!(await runLoadAtTerminal(options))) process.exitCode = 1;
}

function printList(): void {
  console.log('./rideline load NAME [--target URL] [--users N] [--minutes M] [--rate R] …\n');
  for (const { name, summary, defaults } of allScenarios())
    console.log(`  ${name.padEnd(18)}${summary} (${defaults.users} users, ${defaults.minutes} min)`);
  console.log(`  ${'fleet'.padEnd(18)}simulated phones through every fault, and whether anything was lost`);
  console.log('\n./rideline load compare A.json B.json: two reports side by side');
  console.log(
    './rideline load check DIR --target URL --token-file FILE: whether anything was lost or doubled',
  );
}

await runCommand(() => main(process.argv.slice(2)));
