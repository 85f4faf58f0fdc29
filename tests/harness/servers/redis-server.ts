import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '@rideline/infra/local/ports';
import { guardErrors } from '@rideline/platform/redis/redis-errors';
import { Redis } from 'ioredis';
import { type Child, startChild, untilReady } from '../processes/child-process.ts';

const READY_MS = 30_000;

/** One real Redis on a free port, with faults. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** A client for the test's own reads; it reconnects by itself. */
  readonly client: Redis;
  /** SIGSTOP: connections stay open, and no command is answered. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

async function answersPing(port: number): Promise<boolean> {
  const probe = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  // A rejected connect is reported by `connect`.
  probe.on('error', () => undefined);
  try {
    await probe.connect();
    return (await probe.ping()) === 'PONG';
  } finally {
    probe.disconnect();
  }
}

export async function startRedis(options: { args?: readonly string[] } = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rideline-redis-'));
  const [port] = (await freePorts(1)) as [number];
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null, lazyConnect: true });
  guardErrors(client, `the test's own to port ${port}`);
  // Tests stop their servers on purpose: an error that matters shows in the next command.
  client.on('error', () => undefined);
  let server: Child | undefined;

  async function start(): Promise<void> {
    const started = startChild('redis-server', [
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
      ...(options.args ?? []),
    ]);
    server = started;
    await untilReady(started, `redis-server on port ${port}`, () => answersPing(port), READY_MS);
  }

  async function kill(): Promise<void> {
    const ending = server;
    server = undefined;
    await ending?.end('SIGKILL');
  }

  async function stop(): Promise<void> {
    client.disconnect();
    await kill();
    await rm(folder, { recursive: true, force: true });
  }

  try {
    await start();
    await client.connect();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    client,
    pause: () => void server?.process.kill('SIGSTOP'),
    resume: () => void server?.process.kill('SIGCONT'),
    kill,
    start,
    stop,
  };
}
