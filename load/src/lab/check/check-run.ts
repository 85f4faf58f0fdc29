import { basename } from 'node:path';
import { ApiClient, type TokenGiver } from '../../cluster/api-client.ts';
import { NOTHING_TO_EXAMINE } from '../../simulation/checks/findings.ts';
import { FollowCheck } from '../../simulation/checks/follow-check.ts';
import type { InvariantRecord } from '../run-report.ts';
import { checkFixes } from './check-fixes.ts';
import { checkTrips } from './check-trips.ts';
import { checkUploads } from './check-uploads.ts';
import { Evidence } from './evidence.ts';
import { type InvariantFindings, type InvariantName, newFindings, recordsOf } from './invariants.ts';
import { journalFiles, readJournal } from './journal-files.ts';

export interface CheckOptions {
  /** Folder with the journals of the run, `*.jsonl` or `*.ndjson`; their writers have ended. */
  readonly journalDir: string;
  /** Front port of the deployment. */
  readonly url: string;
  /** An operator's. */
  readonly token: TokenGiver;
  /** How long trips, uploads and fixes may take to settle after the run, ms. */
  readonly settleMs?: number;
  /**
   * Whether rides of the run that are still open are cancelled first; default no, and nothing is changed. A ride whose driver's phone is gone
   * ends by itself after two hours (SPEC TRIP-57), which no check can wait for.
   */
  readonly endRides?: boolean;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longer than history holds a block and a document waits for its next attempt. */
const SETTLE_MS = 120_000;
/** Processes on several machines: their clocks are kept within this by NTP. On one machine they read the same clock. */
const SKEW_MS = 1000;

/**
 * Compares what simulated people wrote down with what the servers hold, after all has settled. Reads over REST with an operator's token
 * only. An unknown result may have taken effect or not; the final read settles it.
 * @throws LaunchError without journals; Error when a journal is damaged or `signal` is aborted
 */
export async function checkRun(options: CheckOptions): Promise<InvariantRecord[]> {
  const { journalDir, url, token, settleMs = SETTLE_MS, endRides = false, onProgress, signal } = options;
  const findings = newFindings();
  const evidence = await readEvidence(journalDir, findings, onProgress, signal);
  const api = new ApiClient(url.replace(/\/+$/, ''), token, signal);
  const settling = { untilMs: Date.now() + settleMs, onProgress, signal };
  const skewMs = isThisMachine(url) ? 0 : SKEW_MS;
  const { boots, commands, uploads } = evidence;
  const stages: [needs: InvariantName[], work: () => Promise<void>][] = [
    [
      ['assignments', 'ends', 'commands'],
      () => checkTrips(api, commands.values(), findings, { ...settling, skewMs, endRides }),
    ],
    [['ends', 'uploads'], () => checkUploads(api, uploads.values(), findings, settling)],
    [['fixes'], () => checkFixes(api, boots.values(), findings.fixes, settling)],
  ];
  for (const [names, work] of stages) {
    try {
      await work();
    } catch (error) {
      signal.throwIfAborted();
      for (const name of names) findings[name].obstruct(`not all could be read: ${(error as Error).message}`);
    }
  }
  return recordsOf(findings);
}

async function readEvidence(
  dir: string,
  findings: InvariantFindings,
  onProgress: (line: string) => void,
  signal: AbortSignal,
): Promise<Evidence> {
  const follows = new FollowCheck(findings.follows);
  const evidence = new Evidence(follows);
  const all = Object.values(findings);
  let unfinished = 0;
  for (const file of await journalFiles(dir)) {
    signal.throwIfAborted();
    const journal = basename(file);
    const { isFinished, dropped } = await readJournal(file, (entry) => evidence.take(entry, journal));
    onProgress(`${journal} is read: ${evidence.entries} entries so far`);
    if (!isFinished) unfinished += 1;
    if (dropped > 0)
      for (const one of all) one.obstruct(`the writer of ${journal} left out ${dropped} entries`);
  }
  if (unfinished > 0)
    for (const one of all)
      one.remark(`${unfinished} journals have no end: what their people were told last is not known`);
  if (evidence.overflowed.has('boots')) findings.fixes.obstruct(TOO_MANY);
  if (evidence.overflowed.has('commands'))
    for (const name of ['assignments', 'ends', 'commands'] as const) findings[name].obstruct(TOO_MANY);
  if (evidence.overflowed.has('uploads'))
    for (const name of ['ends', 'uploads'] as const) findings[name].obstruct(TOO_MANY);
  if (follows.resets > 0) findings.follows.remark(`${follows.resets} gaps were announced`);
  return evidence;
}

const TOO_MANY = 'the journals have more than fits into memory';

function isThisMachine(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname);
}

/**
 * Whether a run passes: no invariant is violated, none could not be examined, and at least one holds. That the journals have nothing of a
 * kind is no failure: a scenario without uploads cannot prove anything about them.
 */
export function invariantsPass(records: readonly InvariantRecord[]): boolean {
  const isFine = ({ verdict, note }: InvariantRecord) =>
    verdict === 'holds' || (verdict === 'not-checked' && note === NOTHING_TO_EXAMINE);
  return records.every(isFine) && records.some(({ verdict }) => verdict === 'holds');
}
