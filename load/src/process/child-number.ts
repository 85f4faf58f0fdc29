import type { ChildProcess } from 'node:child_process';

/**
 * The number of this name in the next message of a forked server that has it. A server is asked one question at a time, so no answer is taken
 * for another's.
 * @throws Error when the server exits or does not send it in time
 */
export function nextNumber(child: ChildProcess, name: string, withinMs: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const late = () => reject(new Error(`the server did not report its ${name} within ${withinMs / 1000} s`));
  const onMessage = (message: Readonly<Record<string, unknown>>) => {
    const value = message[name];
    if (typeof value === 'number') resolve(value);
  };
  const onExit = (code: number | null) => reject(new Error(`the server exited with ${code}`));
  const timer = setTimeout(late, withinMs);
  child.on('message', onMessage);
  child.once('exit', onExit);
  child.once('error', reject);
  return promise.finally(() => {
    clearTimeout(timer);
    child.off('message', onMessage);
    child.off('exit', onExit);
    child.off('error', reject);
  });
}
