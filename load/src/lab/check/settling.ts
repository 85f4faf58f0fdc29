import { setTimeout as delay } from 'node:timers/promises';
import { mapConcurrently } from '@rideline/platform/process/map-concurrently';

/** Reads at a time: below what a process of the API reads at once, so that the check sheds nobody. */
const AT_ONCE = 4;
const POLL_MS = 1000;
const PROGRESS_MS = 5000;

export interface SettlingOptions {
  /** After this instant what is not settled is judged as it is, epoch ms. */
  readonly untilMs: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Reads things from the servers, some at a time, until each is settled or time is up: what was accepted just before the end of a run is
 * still being worked on. Each batch is judged and forgotten at once, so that a large run fits into memory.
 * @param judge `isLast`: time is up, the answer must be judged as it is. @returns the items to read again
 * @throws what `judge` throws; no further batch is begun then
 */
export async function untilSettled<Item>(
  what: string,
  items: readonly Item[],
  batchSize: number,
  judge: (batch: readonly Item[], isLast: boolean) => Promise<readonly Item[]>,
  { untilMs, onProgress, signal }: SettlingOptions,
): Promise<void> {
  let pending = items;
  let shownAt = Date.now();
  while (pending.length > 0) {
    const isLast = Date.now() >= untilMs;
    const again: Item[] = [];
    let done = 0;
    const batches = Array.from({ length: Math.ceil(pending.length / batchSize) }, (_, index) =>
      pending.slice(index * batchSize, (index + 1) * batchSize),
    );
    await mapConcurrently(batches, AT_ONCE, async (batch) => {
      signal.throwIfAborted();
      again.push(...(await judge(batch, isLast)));
      done += batch.length;
      if (Date.now() - shownAt < PROGRESS_MS) return;
      shownAt = Date.now();
      onProgress(`${what}: ${done} of ${pending.length} read, ${again.length} not settled yet`);
    });
    if (isLast) return;
    pending = again;
    if (pending.length > 0) await delay(POLL_MS, undefined, { signal });
  }
}
