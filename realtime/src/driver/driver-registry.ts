import type { DriverId } from '@rideline/contract';
import type { DriverConnection } from './driver-connection.ts';

/** The drivers' connections of this gateway. A driver may briefly have two: the newer one replaces the older. */
export class DriverRegistry {
  readonly #connections = new Map<DriverId, Set<DriverConnection>>();

  add(connection: DriverConnection): void {
    const existing = this.#connections.get(connection.driverId);
    if (existing) existing.add(connection);
    else this.#connections.set(connection.driverId, new Set([connection]));
  }

  remove(connection: DriverConnection): void {
    const connections = this.#connections.get(connection.driverId);
    connections?.delete(connection);
    if (connections?.size === 0) this.#connections.delete(connection.driverId);
  }

  of(driverId: DriverId): Iterable<DriverConnection> {
    return this.#connections.get(driverId) ?? [];
  }

  *all(): Iterable<DriverConnection> {
    for (const connections of this.#connections.values()) yield* connections;
  }

  /** Closes the driver's connections that are older than `epoch`. */
  replaceOlder(driverId: DriverId, epoch: number): void {
    for (const connection of [...this.of(driverId)]) {
      if (connection.epoch > 0 && connection.epoch < epoch) connection.replace();
    }
  }
}
