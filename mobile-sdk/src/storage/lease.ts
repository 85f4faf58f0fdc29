import { StoreLostError } from './storage.ts';

/**
 * A lease in a record of the storage. `fence` rises with every new holder and every wipe: a write is carried out only while the fence is that of
 * its writer, so a holder that was asleep when its lease ended changes nothing any more. `until`: epoch ms; 0 when nobody holds it.
 */
export interface Lease {
  readonly fence: number;
  readonly until: number;
}

export const NO_LEASE: Lease = { fence: 0, until: 0 };

/** After the last renewal a holder that gave no sign counts as gone. */
export const LEASE_MS = 15_000;
export const LEASE_RENEW_MS = 5000;

/** Whether the lease may be taken. One that ends later than it can was written before the wall clock was set back. */
export function isLeaseFree({ until }: Lease, nowMs: number): boolean {
  return until <= nowMs || until > nowMs + LEASE_MS;
}

/** Asks every LEASE_RENEW_MS until `take` returns the fence of this holder. @throws StoreLostError when the signal ends the wait */
export async function waitForLease(
  take: () => Promise<number | null>,
  after: (delayMs: number, fn: () => void) => () => void,
  signal: AbortSignal | undefined,
): Promise<number> {
  for (;;) {
    if (signal?.aborted) throw new StoreLostError();
    const fence = await take();
    if (fence !== null) return fence;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = after(LEASE_RENEW_MS, done);
      signal?.addEventListener('abort', done);
    });
  }
}
