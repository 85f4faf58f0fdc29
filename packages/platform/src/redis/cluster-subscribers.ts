import type { Cluster, Redis } from 'ioredis';

interface Subscriber {
  /** null while there is no node to connect to. */
  getInstance(): Redis | null;
}

/** Where ioredis keeps the connections that it opens for a cluster's subscriptions; it declares them private. */
interface Internals {
  readonly subscriber?: Subscriber;
  readonly shardedSubscribers?: { readonly shardedSubscribers?: ReadonlyMap<string, Subscriber> };
}

/**
 * The connections on which a cluster client hears its channels: one for ordinary channels, one per master for sharded ones.
 * @throws when ioredis keeps them elsewhere: a silent node would not be noticed any more
 */
export function subscribingConnections(cluster: Cluster): Redis[] {
  const { subscriber, shardedSubscribers } = cluster as unknown as Internals;
  const sharded = shardedSubscribers?.shardedSubscribers;
  if (typeof subscriber?.getInstance !== 'function' || !(sharded instanceof Map))
    throw new TypeError('this version of ioredis keeps the subscribers of a cluster elsewhere');
  return [subscriber, ...sharded.values()]
    .map((one) => one.getInstance())
    .filter((connection) => connection !== null);
}

/** Drops connections whose node does not answer; ioredis then opens them again and subscribes again. */
export class ClusterSubscriberCheck {
  readonly #cluster: Cluster;
  readonly #silenceMs: number;
  /** Connections that were not ready at the last check: a node that accepts connections may never answer the first command. */
  #opening = new WeakSet<Redis>();

  constructor(cluster: Cluster, silenceMs: number) {
    this.#cluster = cluster;
    this.#silenceMs = silenceMs;
  }

  /** Call it every `silenceMs`: a silent connection is dropped within twice that time. */
  check(): void {
    const opening = new WeakSet<Redis>();
    for (const connection of subscribingConnections(this.#cluster)) {
      if (connection.status === 'ready') this.#ping(connection);
      else if (this.#opening.has(connection)) connection.disconnect();
      else if (connection.status === 'connecting' || connection.status === 'connect') opening.add(connection);
    }
    this.#opening = opening;
  }

  #ping(connection: Redis): void {
    const timer = setTimeout(() => connection.disconnect(), this.#silenceMs);
    timer.unref();
    const answered = () => clearTimeout(timer);
    connection.ping().then(answered, answered);
  }
}
