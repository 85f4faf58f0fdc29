import { OperationFailed } from './codes.ts';
import type { Connection } from './connection.ts';
import type { OperationName } from './metrics.ts';
import type { Recorder } from './recorder.ts';

const FIRST_WAIT_MS = 250;
const MOST_WAIT_MS = 5000;
const CONNECT_MS = 5000;

export interface RepeatOptions {
  readonly operation: OperationName;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
  /** No attempt begins after it, on the running clock. */
  readonly untilMs: number;
  /** The user's connection, when the operation needs one: each attempt waits for it for a while, and none is made after it was closed. */
  readonly connection?: Pick<Connection, 'connected' | 'isClosed'>;
  /** Refusals that the scenario expects: not counted as failures. */
  readonly expected?: readonly string[];
}

/**
 * Does what a phone does with a command: repeats it under its id until the server's answer is final. Each failed attempt is counted by its code.
 * @throws OperationFailed the last failure; its effect is unknown once that of any try is
 */
export async function untilFinal<Result>(
  { operation, recorder, nowMs, untilMs, connection, expected = [] }: RepeatOptions,
  attempt: () => Promise<Result>,
): Promise<Result> {
  let mayHaveHadEffect = false;
  const ended = (failure: OperationFailed) => (mayHaveHadEffect ? failure.withUnknownEffect() : failure);
  for (let failures = 0; ; failures++) {
    await connection?.connected(CONNECT_MS);
    // The user has left: nobody waits for the answer.
    if (connection?.isClosed) throw new OperationFailed('DISCONNECTED');
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      mayHaveHadEffect ||= error.effect === 'unknown';
      if (connection?.isClosed) throw ended(error);
      if (!expected.includes(error.code)) recorder.failed(operation, error.code);
      const backoffMs = Math.min(MOST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures) * (0.5 + Math.random() / 2);
      const waitMs = error.retryAfterMs + backoffMs;
      if (!error.canRepeat || nowMs() + waitMs > untilMs) throw ended(error);
      await pause(waitMs);
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, ms));
  });
}
