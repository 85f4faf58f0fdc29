import type { GatewayMetrics } from '../metrics.ts';
import { cutConnection, type EngineConnection } from '../wire/engine-connection.ts';

/** A connection that has shown no good token by then is cut. */
const MAX_AGE_MS = 10_000;

export interface UnauthenticatedOptions {
  /** Connections without a good token: of all clients, and of one client network. */
  readonly max: number;
  readonly maxPerNetwork: number;
  readonly wallMs: () => number;
  readonly metrics: GatewayMetrics;
}

/**
 * The connections that hold no authenticated socket: they have a limit of their own, so that they take no place of authenticated ones. At the
 * limit the oldest gives way, of the same network or of the network with the most: an honest client shows its token within a round trip, so
 * the oldest are those that wait for nothing.
 */
export class UnauthenticatedConnections {
  readonly #options: UnauthenticatedOptions;
  readonly #networks = new WeakMap<EngineConnection, string>();
  /** Network → its connections, oldest first, each with the time since which it is unauthenticated. */
  readonly #connections = new Map<string, Map<EngineConnection, number>>();
  /** Number of connections → the networks that have so many: finding the largest must not cost a walk over all networks of a flood. */
  readonly #bySize = new Map<number, Set<string>>();
  #largestSize = 0;
  #size = 0;

  constructor(options: UnauthenticatedOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  has(connection: EngineConnection): boolean {
    return this.#connections.get(this.#networkOf(connection))?.has(connection) ?? false;
  }

  /** A new connection. */
  open(connection: EngineConnection, network: string): void {
    this.#networks.set(connection, network);
    connection.on('close', () => this.remove(connection));
    this.add(connection);
  }

  /** The connection has no authenticated socket, or none any more. */
  add(connection: EngineConnection): void {
    if (connection.readyState !== 'open' || this.has(connection)) return;
    const network = this.#networkOf(connection);
    const ofNetwork = this.#connections.get(network) ?? new Map<EngineConnection, number>();
    this.#connections.set(network, ofNetwork);
    ofNetwork.set(connection, this.#options.wallMs());
    this.#resize(1);
    this.#regroup(network, ofNetwork.size - 1, ofNetwork.size);
    if (ofNetwork.size > this.#options.maxPerNetwork) this.#cutOldest(ofNetwork);
    else if (this.#size > this.#options.max) this.#cutOldest(this.#largest() ?? ofNetwork);
  }

  /** The connection is closed, or authenticated. */
  remove(connection: EngineConnection): void {
    const network = this.#networkOf(connection);
    const ofNetwork = this.#connections.get(network);
    if (!ofNetwork?.delete(connection)) return;
    this.#resize(-1);
    this.#regroup(network, ofNetwork.size + 1, ofNetwork.size);
    if (ofNetwork.size === 0) this.#connections.delete(network);
  }

  /** Cuts the connections that have shown no token in time. */
  cutLate(nowMs: number): void {
    for (const ofNetwork of [...this.#connections.values()]) {
      for (const [connection, sinceMs] of [...ofNetwork]) {
        // The wall clock was set back: without this the connection could stay for as long.
        if (nowMs < sinceMs) ofNetwork.set(connection, nowMs);
        else if (nowMs - sinceMs < MAX_AGE_MS) break;
        else this.#cut(connection, 'late');
      }
    }
  }

  #networkOf(connection: EngineConnection): string {
    return this.#networks.get(connection) ?? '';
  }

  #largest(): Map<EngineConnection, number> | undefined {
    const [network] = this.#bySize.get(this.#largestSize) ?? [];
    return network === undefined ? undefined : this.#connections.get(network);
  }

  /** The sizes differ by one, so that the largest changes by one at most. */
  #regroup(network: string, before: number, after: number): void {
    const left = this.#bySize.get(before);
    left?.delete(network);
    if (left?.size === 0) this.#bySize.delete(before);
    if (after > 0) {
      const joined = this.#bySize.get(after) ?? new Set();
      this.#bySize.set(after, joined.add(network));
    }
    if (after > this.#largestSize) this.#largestSize = after;
    else if (before === this.#largestSize && !this.#bySize.has(before)) this.#largestSize = after;
  }

  #cutOldest(ofNetwork: Map<EngineConnection, number>): void {
    const [oldest] = ofNetwork.keys();
    if (oldest !== undefined) this.#cut(oldest, 'evicted');
  }

  #cut(connection: EngineConnection, reason: string): void {
    this.#options.metrics.gateway_strangers_closed_total.inc({ reason });
    this.remove(connection);
    cutConnection(connection);
  }

  #resize(by: number): void {
    this.#size += by;
    this.#options.metrics.gateway_unauthenticated.set(this.#size);
  }
}
