import type { CodedError } from '@rideline/contract';
import { asCodedError } from './problem.ts';

export type BatchResult<Value> =
  | { ok: true; id: string; value: Value }
  | { ok: false; id: string; code: CodedError['code']; detail?: string };

/** One item's result: what `work` answers, or the code that it was refused with. Never rejects. */
export async function resultOf<Value>(
  id: string,
  work: () => Value | Promise<Value>,
): Promise<BatchResult<Value>> {
  try {
    return { ok: true, id, value: await work() };
  } catch (thrown) {
    const { code, message, cause } = asCodedError(thrown);
    // Of an error of ours a client learns the code alone.
    return { ok: false, id, code, ...(cause === undefined ? { detail: message } : {}) };
  }
}
