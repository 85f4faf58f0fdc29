import type { InvariantRecord } from '../run-report.ts';
import { notChecked } from './invariants.ts';

/**
 * What `check` found. When it fails (no journals, a damaged line, a full disk) every invariant is `not-checked`, and such a run does not
 * pass: an error would lose everything that the load measured.
 * @throws the reason of `signal` when it is aborted
 */
export async function verdictsOf(
  check: () => Promise<InvariantRecord[]>,
  { onProgress, signal }: { readonly onProgress: (line: string) => void; readonly signal: AbortSignal },
): Promise<InvariantRecord[]> {
  try {
    return await check();
  } catch (error) {
    signal.throwIfAborted();
    const why = `the check failed: ${error instanceof Error ? error.message : String(error)}`;
    onProgress(why);
    return notChecked(why);
  }
}
