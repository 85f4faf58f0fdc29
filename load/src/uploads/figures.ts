import type { StoredDocument } from '@rideline/fleet/documents/document-collection';
import { quantile } from '../bench/spread.ts';
import type { UserUpload } from './uploading-user.ts';

/** An estimate is right when it is off by no more than this share of the wait. */
export const ESTIMATE_TOLERANCE = 0.3;
/** Shorter waits are not judged: there an error is a matter of seconds. */
export const JUDGED_FROM_MS = 10_000;
/** Share of the judged estimates that has to be right. */
export const RIGHT_SHARE = 0.9;

export interface UploadJudgement {
  readonly processed: number;
  readonly rejected: number;
  /** Answered 202 and neither processed nor rejected, or not in MongoDB. */
  readonly lost: number;
  /** Ms from the 202 to the end of processing. */
  readonly waitMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Of those that waited longer than `JUDGED_FROM_MS`. */
  readonly judged: number;
  readonly right: number;
  /** Estimate ÷ wait. */
  readonly ratio: { readonly p5: number; readonly p50: number; readonly p95: number };
}

/** Compares each estimate with the document's actual wait from the 202 on; phones and servers share one clock here. */
export function judgeUploads(
  uploads: readonly UserUpload[],
  filed: ReadonlyMap<string, Pick<StoredDocument, 'state'>>,
): UploadJudgement {
  const waits: number[] = [];
  const ratios: number[] = [];
  const counts = { processed: 0, rejected: 0, lost: 0 };
  for (const { documentId, accepted, answeredAt } of uploads) {
    const state = filed.get(documentId)?.state;
    if (state?.name === 'rejected') counts.rejected += 1;
    else if (state?.name !== 'processed') counts.lost += 1;
    if (state?.name !== 'processed') continue;
    counts.processed += 1;
    const waitMs = Math.max(0, state.processedAt - answeredAt);
    waits.push(waitMs);
    if (waitMs > JUDGED_FROM_MS) ratios.push(accepted.estimatedWaitMs / waitMs);
  }
  return {
    ...counts,
    waitMs: { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95), max: quantile(waits, 1) },
    judged: ratios.length,
    right: ratios.filter((ratio) => Math.abs(ratio - 1) <= ESTIMATE_TOLERANCE).length,
    ratio: { p5: quantile(ratios, 0.05), p50: quantile(ratios, 0.5), p95: quantile(ratios, 0.95) },
  };
}
