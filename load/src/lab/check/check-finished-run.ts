import type { InvariantRecord } from '../run-report.ts';
import type { FinishedRun } from '../runner/plug-ins.ts';
import { checkRun } from './check-run.ts';
import { tokenIn } from './token-file.ts';

/** Beyond the time that matching searches for a driver: a trip that nobody took ends then. */
const SETTLE_MS = 180_000;

/**
 * `--check`. The operator's token is signed with the keys of the place, or is in the file that RIDELINE_OPERATOR_TOKEN_FILE names; without
 * either only what the journals say can be judged, and everything else is `not-checked`.
 */
export async function checkFinishedRun(run: FinishedRun): Promise<InvariantRecord[]> {
  const { place, journalDir, onProgress, signal } = run;
  const { RIDELINE_OPERATOR_TOKEN_FILE: file } = process.env;
  const { issueToken } = place;
  const token = async () => {
    if (file !== undefined && file !== '') return tokenIn(file);
    if (issueToken !== null) return issueToken('operator', 'load-check');
    throw new Error('no operator token is known: RIDELINE_OPERATOR_TOKEN_FILE names no file');
  };
  return checkRun({
    journalDir,
    url: place.urls[0],
    token,
    settleMs: SETTLE_MS,
    endRides: true,
    onProgress,
    signal,
  });
}
