import type { SdkClock } from '../time/clock.ts';
import { LEASE_RENEW_MS } from './lease.ts';
import { StoreLostError } from './storage.ts';

/**
 * Renews a lease until it is lost or the returned function is called. A renewal that fails is tried again at the next time; when that comes too
 * late, the fence has risen.
 * @param renew rejects with StoreLostError when somebody else holds the lease
 */
export function keepRenewing(clock: SdkClock, renew: () => Promise<unknown>): () => void {
  let cancel: () => void = () => undefined;
  const later = () => {
    cancel = clock.after(LEASE_RENEW_MS, () => {
      void renew().then(later, (error: unknown) => {
        if (!(error instanceof StoreLostError)) later();
      });
    });
  };
  later();
  return () => cancel();
}
