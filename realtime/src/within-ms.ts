import { CodedError } from '@rideline/contract';

/** The promise's outcome, if it comes in time; the promise itself goes on. @throws CodedError UNAVAILABLE when it takes longer */
export async function withinMs<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CodedError('UNAVAILABLE', undefined, { retryAfterMs: 1000 })), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
