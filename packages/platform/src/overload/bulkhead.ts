/** Bounds the concurrent calls to one dependency, and reserves slots for critical work. */
export interface Bulkhead {
  /** Runs `work` in a slot. The slot is free again when the work has settled, also when its caller gave up before. @throws BulkheadFull */
  run<T>(work: () => Promise<T>, critical: boolean): Promise<T>;
  inUse(): number;
  waiting(): number;
  /** How long the oldest has been waiting, ms. */
  oldestMs(): number;
}

/** No slot became free in time, or too many calls wait already. */
export class BulkheadFull extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BulkheadFull';
  }
}

export interface BulkheadOptions {
  readonly places: number;
  /** Of these, reserved for critical work. */
  readonly reserved: number;
  /** Maximum number of waiting calls. */
  readonly waiting: number;
  readonly waitMs: number;
}

interface Waiter {
  readonly critical: boolean;
  readonly since: number;
  readonly enter: () => void;
}

export function createBulkhead(options: BulkheadOptions): Bulkhead {
  const { places, reserved, waitMs } = options;
  // Critical calls first, each class in order of arrival.
  const queue: Waiter[] = [];
  let inUse = 0;

  const hasPlace = (critical: boolean) => inUse < (critical ? places : places - reserved);

  function leave(): void {
    inUse -= 1;
    const index = queue.findIndex((waiter) => hasPlace(waiter.critical));
    if (index < 0) return;
    const [next] = queue.splice(index, 1);
    inUse += 1;
    next?.enter();
  }

  function enqueue(waiter: Waiter): void {
    const firstOrdinary = waiter.critical ? queue.findIndex((other) => !other.critical) : -1;
    if (firstOrdinary < 0) queue.push(waiter);
    else queue.splice(firstOrdinary, 0, waiter);
  }

  function place(critical: boolean): Promise<void> | undefined {
    if (hasPlace(critical)) {
      inUse += 1;
      return undefined;
    }
    if (queue.length >= options.waiting) throw new BulkheadFull('too many wait already');
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      queue.splice(queue.indexOf(waiter), 1);
      reject(new BulkheadFull(`no slot within ${waitMs} ms`));
    }, waitMs);
    const waiter: Waiter = {
      critical,
      since: performance.now(),
      enter: () => {
        clearTimeout(timer);
        resolve();
      },
    };
    enqueue(waiter);
    return promise;
  }

  return {
    async run(work, critical) {
      const wait = place(critical);
      if (wait !== undefined) await wait;
      try {
        return await work();
      } finally {
        leave();
      }
    },
    inUse: () => inUse,
    waiting: () => queue.length,
    oldestMs: () =>
      queue.length === 0 ? 0 : performance.now() - Math.min(...queue.map(({ since }) => since)),
  };
}
