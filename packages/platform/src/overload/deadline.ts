/**
 * The work's outcome, or an error after `ms`; the work itself goes on, and its failure is then nobody's.
 * @throws what `late` makes; without it Error 'no answer within … ms'
 */
export function withinMs<T>(
  work: Promise<T>,
  ms: number,
  late = (): Error => new Error(`no answer within ${ms} ms`),
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => reject(late()), ms);
  work.then(resolve, reject).finally(() => clearTimeout(timer));
  return promise;
}
