import { AsyncLocalStorage } from 'node:async_hooks';
import type { LimitClass } from './route.ts';

/** The class of the current request, readable by the code it calls. */
const current = new AsyncLocalStorage<LimitClass>();

export function inClass<T>(limit: LimitClass, work: () => T): T {
  return current.run(limit, work);
}

/** Whether the current work is critical. Work outside a request is critical: no client would retry it. */
export function isCritical(): boolean {
  const limit = current.getStore();
  return limit === undefined || limit === 'critical';
}
