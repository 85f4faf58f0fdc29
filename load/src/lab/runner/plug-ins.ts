import { checkFinishedRun } from '../check/check-finished-run.ts';
import { reportPage } from '../page/report-page.ts';
import type { InvariantRecord, RunReport } from '../run-report.ts';
import type { LoadPlace } from './load-place.ts';
import type { LoadSettings } from './load-settings.ts';

/** What `--check` gets when the load has ended and the place still runs. */
export interface FinishedRun {
  readonly place: LoadPlace;
  /** Its name. */
  readonly scenario: string;
  readonly settings: LoadSettings;
  /** Folder of what the generators wrote down (RIDELINE_JOURNAL): one file a generator process. */
  readonly journalDir: string;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Other rooms of the lab plug in here; null until they are there. */
export interface PlugIns {
  /** `--check`: the verdicts of the invariant checker (load/src/lab/check). */
  readonly check: ((run: FinishedRun) => Promise<InvariantRecord[]>) | null;
  /** A self-contained HTML page (load/src/lab/page). */
  readonly page: ((report: RunReport) => string) | null;
}

export const PLUG_INS: PlugIns = { check: checkFinishedRun, page: reportPage };
