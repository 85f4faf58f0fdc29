import { loadUploads, type UploadsResult } from '../../uploads/run.ts';
import type { BenchRunOptions } from '../bench.ts';

export interface UploadsBenchResult {
  /** Each with a cluster of its own. */
  readonly rounds: readonly UploadsResult[];
}

const FULL = { rounds: 3, users: 7000, perMinute: 3000 };
const QUICK = { rounds: 1, users: 200, perMinute: 3000 };

/** `bench uploads`: the load of src/uploads in rounds. */
export async function benchUploads({
  quick,
  onProgress,
  signal,
}: BenchRunOptions): Promise<UploadsBenchResult> {
  const { rounds: count, users, perMinute } = quick ? QUICK : FULL;
  const rounds: UploadsResult[] = [];
  for (let round = 1; round <= count; round++) {
    signal.throwIfAborted();
    const onLine = (line: string) => onProgress(`round ${round} of ${count}: ${line}`);
    rounds.push(await loadUploads({ users, perMinute, onProgress: onLine, signal }));
  }
  return { rounds };
}
