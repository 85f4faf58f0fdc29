/**
 * Loaded with `node --import` before a process's own code: sets its wall clock ahead by TEST_CLOCK_AHEAD_MS, for all code
 * in the process. (libfaketime is not installed on every machine.)
 */
const aheadMs = Number(process.env.TEST_CLOCK_AHEAD_MS ?? 0);
const RealDate = Date;
const realNow = Date.now.bind(Date);

class DateAhead extends RealDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(realNow() + aheadMs);
    else super(...(parts as [number]));
  }
  static override now(): number {
    return realNow() + aheadMs;
  }
}
// Mongoose identifies the type by its name.
Object.defineProperty(DateAhead, 'name', { value: 'Date' });
globalThis.Date = DateAhead as DateConstructor;

export {};
