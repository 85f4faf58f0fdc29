import { parseOptions, parsePositive } from '@rideline/infra/local/arguments';
import { createProgress } from '@rideline/infra/local/progress';
import { runCommand } from '@rideline/infra/local/run-command';
import { machineText } from './src/bench/report-text.ts';
import { saveOutcome } from './src/bench/save-outcome.ts';
import { StopSignal } from './src/command/stop-signal.ts';
import { soakRate } from './src/soak/rate.ts';
import { isSound, sampleText, soakJson, soakPlots, soakReport } from './src/soak/report.ts';
import { type RunningSoak, startSoak } from './src/soak/run.ts';

const MS_PER_MINUTE = 60_000;

/**
 * `./rideline soak [--hours 2 | --minutes N] [--share 0.3] [--rate N] [--json] [--keep]`: exits with 1 when a fix was lost or the memory or
 * open files of a program grow. Ctrl-C ends it early with its report; a second Ctrl-C without.
 */
async function soak(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, {
    hours: { type: 'string', default: '2' },
    minutes: { type: 'string' },
    share: { type: 'string', default: '0.3' },
    rate: { type: 'string' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  });
  const minutes = values.minutes === undefined ? parsePositive('--hours', values.hours) * 60 : undefined;
  const durationMs = (minutes ?? parsePositive('--minutes', values.minutes ?? '')) * MS_PER_MINUTE;
  const rate = values.rate === undefined ? undefined : Math.round(parsePositive('--rate', values.rate));
  const { framesPerSecond, text } = soakRate({ share: parsePositive('--share', values.share), rate });
  const progress = createProgress(process.stderr, 'soak');
  let starting: Promise<RunningSoak> | undefined;
  const stop = new StopSignal(async () => (await starting)?.abandon());
  void stop.requested.then(() => progress.line('stopping; Ctrl-C again stops it without a report'));
  try {
    starting = startSoak({
      durationMs,
      framesPerSecond,
      onProgress: progress.line,
      onSample: (sample) => progress.line(sampleText(sample)),
      isStopped: () => stop.isRequested,
    });
    const { done } = await starting;
    const result = await done;
    progress.end();
    const outcome = {
      text: soakReport(result, text),
      json: soakJson(result),
      ok: isSound(result),
      plots: soakPlots(result),
    };
    console.log(values.json ? JSON.stringify({ machine: machineText(), ...outcome.json }) : outcome.text);
    if (values.keep) await saveOutcome('soak', outcome, './rideline soak');
    if (!outcome.ok) process.exitCode = 1;
  } finally {
    progress.end();
    stop.off();
  }
}

await runCommand(() => soak(process.argv.slice(2)));
