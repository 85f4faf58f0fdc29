import { Cluster, type Redis } from 'ioredis';

/** The members of ioredis' client that are replaced here; it declares some of them private. */
interface Internals {
  readonly status: string;
  flushQueue(error: Error, options?: object): void;
  sendCommand(command: { reject(error: Error): void }, ...rest: unknown[]): unknown;
  connect(...args: unknown[]): Promise<void>;
  duplicate(...args: unknown[]): Redis;
  subscribe(...args: unknown[]): Promise<unknown>;
  psubscribe(...args: unknown[]): Promise<unknown>;
  ssubscribe(...args: unknown[]): Promise<unknown>;
}

/** An error of a Redis connection; ioredis' own "Connection is closed." does not say which one. */
export interface RedisConnectionError extends Error {
  /** Name of the connection, as in CLIENT LIST. */
  connection?: string;
}

/** ioredis' error for a command without an answer within `commandTimeout`; it has neither a class nor a code. */
const TIMED_OUT = 'Command timed out';

/** Calls `onTimeout` for each command that Redis did not answer in time; its result is unknown. */
export function watchTimeouts(client: Redis | Cluster, onTimeout: () => void): void {
  const watched = client as unknown as Pick<Internals, 'sendCommand'>;
  const { sendCommand } = watched;
  watched.sendCommand = (command, ...rest) => {
    const { reject } = command;
    // In place of the command's promise: one more promise per command would be a cost of every position.
    command.reject = (error) => {
      if (error.message === TIMED_OUT) onTimeout();
      reject(error);
    };
    return sendCommand.call(client, command, ...rest);
  };
}

const SUBSCRIPTIONS = ['subscribe', 'psubscribe', 'ssubscribe'] as const;

/**
 * Adds the name of the connection to the errors of a lost connection, and keeps ioredis' own subscriptions from ending the
 * process: after a reconnect it subscribes again without looking at the result, and a connection that is cut before the answer
 * (a stop while Redis is silent) would leave an unhandled rejection. A caller still gets the failure of its own subscription.
 */
export function guardErrors(client: Redis | Cluster, name: string): void {
  if (client instanceof Cluster) {
    client.on('+node', (node: Redis) => guardErrors(node, name));
    return;
  }
  const redis = client as unknown as Internals;
  const { flushQueue, sendCommand, connect, duplicate } = redis;
  const named = <Failure extends Error>(error: Failure): Failure =>
    Object.assign(error, { connection: (error as RedisConnectionError).connection ?? name });
  Object.assign(redis, {
    flushQueue(error: Error, options?: object) {
      flushQueue.call(redis, named(error), options);
    },
    sendCommand(command: { reject(error: Error): void }, ...rest: unknown[]) {
      if (redis.status === 'end') {
        const { reject } = command;
        command.reject = (error) => reject(named(error));
      }
      return sendCommand.call(redis, command, ...rest);
    },
    connect: (...args: unknown[]) =>
      connect.call(redis, ...args).catch((error: Error) => {
        throw named(error);
      }),
    duplicate(...args: unknown[]) {
      const copy = duplicate.call(redis, ...args);
      guardErrors(copy, copy.options.connectionName ?? name);
      return copy;
    },
  });
  for (const subscription of SUBSCRIPTIONS) {
    const subscribe = redis[subscription];
    redis[subscription] = (...args) => {
      const answer = subscribe.call(redis, ...args);
      answer.catch(() => undefined);
      return answer;
    };
  }
}
