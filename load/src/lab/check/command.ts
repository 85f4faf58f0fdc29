import { parseOptions, parseSeconds } from '@rideline/infra/local/arguments';
import { UsageError } from '@rideline/infra/local/launch-error';
import { createProgress } from '@rideline/infra/local/progress';
import { stoppedBySignal } from '../../command/stopped-by-signal.ts';
import { checkRun, invariantsPass } from './check-run.ts';
import { checkText } from './check-text.ts';
import { tokenIn } from './token-file.ts';

/** `./rideline load check JOURNAL_DIR --target URL --token-file FILE [--settle TIME] [--end-rides] [--json]`: exits with 1 unless the run passes. */
export async function checkCommand(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(
    args,
    {
      target: { type: 'string' },
      'token-file': { type: 'string' },
      settle: { type: 'string', default: '2m' },
      'end-rides': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
    1,
  );
  const [journalDir] = positionals;
  const { target, 'token-file': tokenFile } = values;
  if (journalDir === undefined || target === undefined || tokenFile === undefined)
    throw new UsageError(
      'load check needs a folder, --target and --token-file',
      'For example: ./rideline load check RUN/journals --target https://city.example --token-file token',
    );
  if (!/^https?:\/\//.test(target) || !URL.canParse(target))
    throw new UsageError(
      `'${target}' is not a URL`,
      'Give the address of the front port, https://city.example',
    );
  const settleMs = parseSeconds(values.settle) * 1000;
  await tokenIn(tokenFile);
  const progress = createProgress(process.stderr, 'load check');
  const records = await checkRun({
    journalDir,
    url: target,
    token: () => tokenIn(tokenFile),
    settleMs,
    endRides: values['end-rides'],
    onProgress: progress.line,
    signal: stoppedBySignal(),
  }).finally(() => progress.end());
  console.log(
    values.json
      ? JSON.stringify({ invariants: records, passes: invariantsPass(records) })
      : checkText(records),
  );
  if (!invariantsPass(records)) process.exitCode = 1;
}
