import type { CodedError } from '@rideline/contract';
import { asCodedError } from './problem.ts';

export type BatchResult<Value> =
  | { ok: true; id: string; value: Value }
  | { ok: false; id: string; code: CodedError['code']; detail?: string };

/** Result of one item: the value of `work`, or the code of its error. Never rejects. */
export async function resultOf<Value>(
  id: string,
  work: () => Value | Promise<Value>,
): Promise<BatchResult<Value>> {
  try {
    return { ok: true, id, value: await work() };
  } catch (thrown) {
    const { code, message, cause } = asCodedError(thrown);
    // Internal errors reach the client as a code only.
    return { ok: false, id, code, ...(cause === undefined ? { detail: message } : {}) };
  }
}
