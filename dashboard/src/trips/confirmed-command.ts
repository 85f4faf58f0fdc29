import { CodedError, ERRORS } from '@rideline/contract';

/** Tries after which the page stops and says that the effect is still unknown: with the waits about four minutes. */
const MOST_TRIES = 60;
const WAIT_MS = 2000;
const LONGEST_WAIT_MS = 10_000;

export interface ConfirmedCommand {
  /** Sends the command; each try under the same command id. @throws CodedError */
  readonly send: () => Promise<void>;
  /** A try was not answered: the command may have taken effect. Called once. */
  readonly onUnconfirmed: () => void;
  readonly wait: (ms: number) => Promise<void>;
}

function asCoded(error: unknown): CodedError {
  return error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error });
}

/**
 * Sends a command until it is known whether it took effect: after a try without an answer it is repeated under its id, and the server returns
 * the result of the try that took effect. A command that is refused before any try went unanswered had no effect, and is not repeated.
 * @throws CodedError the refusal; its `effect` is `unknown` when the page stopped before the server answered
 */
export async function untilConfirmed({ send, onUnconfirmed, wait }: ConfirmedCommand): Promise<void> {
  let isUnconfirmed = false;
  for (let tries = 1; ; tries += 1) {
    try {
      await send();
      return;
    } catch (thrown) {
      const error = asCoded(thrown);
      const canRepeat = ERRORS[error.code].retry === 'later';
      if (error.effect === 'unknown' && !isUnconfirmed) {
        isUnconfirmed = true;
        onUnconfirmed();
      }
      if (!isUnconfirmed || !canRepeat) throw error;
      if (tries >= MOST_TRIES) throw error.withEffect('unknown');
      await wait(Math.min(LONGEST_WAIT_MS, Math.max(WAIT_MS, error.retryAfterMs ?? 0)));
    }
  }
}
