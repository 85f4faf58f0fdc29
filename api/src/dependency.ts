import { CodedError } from '@rideline/contract';

/** Longest wait for a read from Redis or Mongo (design section 5). */
export const READ_TIMEOUT_MS = 5000;

/**
 * Waits for a dependency at most `timeoutMs`, so that a stopped server (one that accepts and never answers) costs a request its
 * deadline and not a connection for ever.
 * @throws CodedError TIMEOUT; otherwise what `work` throws
 */
export async function answerOf<T>(
  dependency: string,
  work: Promise<T>,
  timeoutMs = READ_TIMEOUT_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new CodedError('TIMEOUT', `${dependency} did not answer in time.`)),
      timeoutMs,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
