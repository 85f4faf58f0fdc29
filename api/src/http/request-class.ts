import { AsyncLocalStorage } from 'node:async_hooks';
import type { LimitClass } from './route.ts';

/** The class of the request that is being worked on, known to whatever it calls. */
const current = new AsyncLocalStorage<LimitClass>();

export function inClass<T>(limit: LimitClass, work: () => T): T {
  return current.run(limit, work);
}

/** Whether what is being done is critical. Work outside of a request is: nobody else would do it. */
export function isCritical(): boolean {
  const limit = current.getStore();
  return limit === undefined || limit === 'critical';
}
