import { isMongoAway } from '@rideline/platform/mongo/mongo-errors';
import { createBackoff } from '../backoff.ts';

/** A step-down, a restart or a short interruption of the network takes seconds. */
const LONGEST_MS = 60_000;
const BACKOFF = { firstMs: 200, mostMs: 5000 };

/** Besides isMongoAway: a restarted server does not know the cursor, a write was not acknowledged by the majority. */
const CURSOR_NOT_FOUND = 43;
const WRITE_CONCERN = 'MongoWriteConcernError';
/** What ioredis and Redis say while a server is away, starting or being replaced. */
const REDIS_TEXTS =
  /^(Connection is closed|Stream isn't writeable|Command timed out|Socket timeout|Reached the max retries|connect E|read E|write E|LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|None of startup nodes|Failed to refresh slots)/;

/** Whether the same step may succeed a moment later, without anybody repairing anything. */
export function isPassing(error: unknown): boolean {
  const { name = '', code, message = '' } = error as { name?: string; code?: unknown; message?: string };
  return (
    isMongoAway(error) || name === WRITE_CONCERN || code === CURSOR_NOT_FOUND || REDIS_TEXTS.test(message)
  );
}

/**
 * Runs a step that is safe to repeat, again after each passing fault.
 * @throws its error after a minute of faults, or one that does not pass; the signal's reason when it is aborted
 */
export async function retrying<Result>(
  step: () => Promise<Result>,
  { signal, onRetry }: { readonly signal: AbortSignal; readonly onRetry: (error: Error) => void },
): Promise<Result> {
  const backoff = createBackoff(BACKOFF);
  let firstFaultAt: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    try {
      return await step();
    } catch (error) {
      firstFaultAt ??= performance.now();
      signal.throwIfAborted();
      if (!isPassing(error) || performance.now() - firstFaultAt > LONGEST_MS) throw error;
      onRetry(error as Error);
      // Its own error, when the signal ends it, does not say why.
      await backoff.wait(signal).catch(() => undefined);
    }
  }
}
