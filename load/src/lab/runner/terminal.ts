import { createProgress } from '@rideline/infra/local/progress';
import { StopSignal } from '../../command/stop-signal.ts';
import { comparisonText } from '../compare/comparison-text.ts';
import { ARTILLERY_FOLDER, installArtillery } from './artillery-install.ts';
import { type LoadOutcome, loadCommand } from './load-command.ts';
import type { LoadOptions } from './load-options.ts';
import { textSummary } from './text-summary.ts';

/** Runs a load for the person at the terminal: progress on stderr, the result on stdout. @returns whether it passes */
export async function runLoadAtTerminal(options: LoadOptions): Promise<boolean> {
  const progress = createProgress(process.stderr, `load ${options.scenario.name}`);
  const force = new AbortController();
  let running: Promise<unknown> = Promise.resolve();
  const stop = new StopSignal(async () => {
    force.abort(new Error('stopped'));
    await running.catch(() => undefined);
  });
  void stop.requested.then(() => progress.line('stopping; Ctrl-C again stops without a report'));
  try {
    const load = loadCommand(options, {
      artillery: installArtillery,
      artilleryFolder: ARTILLERY_FOLDER,
      onProgress: progress.line,
      stop,
      signal: force.signal,
    });
    running = load;
    const outcome = await load;
    progress.end();
    print(outcome, options.json);
    return outcome.ok;
  } finally {
    progress.end();
    stop.off();
  }
}

function print({ reports, files, skipped, ok }: LoadOutcome, json: boolean): void {
  if (json) console.log(JSON.stringify(reports.length === 1 ? reports[0] : reports));
  else {
    for (const report of reports) console.log(`${textSummary(report)}\n`);
    if (reports.length > 1) console.log(comparisonText(reports));
    for (const why of skipped) console.log(`Not compared: ${why}`);
  }
  console.error(`${ok ? 'The run passes.' : 'The run does NOT pass.'} Its report: ${files.join(', ')}`);
}
