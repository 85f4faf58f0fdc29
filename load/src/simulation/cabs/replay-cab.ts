import { createDriver, type Driver, type DriverStats } from '@rideline/sdk';
import type { TraceFix } from '../trace/trace.ts';

/** One cab of the trace on the driver SDK. */
export class ReplayCab {
  readonly id: string;
  readonly driver: Driver;
  #occupied: boolean | undefined;

  constructor(id: string, url: string, token: () => Promise<string>) {
    this.id = id;
    this.driver = createDriver({ url, token });
  }

  /** Pushes one fix as the phone took it; getting or losing a fare changes the driver's status. */
  take(fix: TraceFix): void {
    if (fix.occupied !== this.#occupied) {
      this.#occupied = fix.occupied;
      this.driver.setStatus(fix.occupied ? 'busy' : 'available');
    }
    this.driver.push({ lat: fix.lat, lng: fix.lng, t: fix.at, speed: fix.speed, heading: fix.heading });
  }

  stats(): DriverStats {
    return this.driver.stats();
  }
}

/** Sums over all cabs. */
export interface CabTotals {
  pushed: number;
  received: number;
  durable: number;
  inFlight: number;
  resent: number;
  lost: number;
  connected: number;
  reconnects: number;
  busyAnswers: number;
}

export function totalsOf(cabs: Iterable<ReplayCab>): CabTotals {
  const totals: CabTotals = {
    pushed: 0,
    received: 0,
    durable: 0,
    inFlight: 0,
    resent: 0,
    lost: 0,
    connected: 0,
    reconnects: 0,
    busyAnswers: 0,
  };
  for (const cab of cabs) {
    const stats = cab.stats();
    const lost = stats.overflowed + stats.rejected;
    totals.pushed += stats.pushed;
    totals.received += stats.pushed - stats.inFlight - stats.waiting - lost;
    totals.durable += stats.pushed - stats.held - lost;
    totals.inFlight += stats.inFlight + stats.waiting;
    totals.resent += stats.fixesResent;
    totals.lost += lost;
    totals.connected += stats.transport === undefined ? 0 : 1;
    totals.reconnects += Math.max(0, stats.connects - 1);
    totals.busyAnswers += stats.busyAnswers;
  }
  return totals;
}
