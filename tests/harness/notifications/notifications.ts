import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '@rideline/contract';
import { createMetrics } from '@rideline/platform/metrics/metrics';
import { openQueue, type QueueProducer } from '@rideline/platform/queues/queues';
import { issueToken, readTokenKeys } from '@rideline/platform/tokens/tokens';
import { io, type Socket } from 'socket.io-client';
import { vi } from 'vitest';
import { REGION, testLogger, type WorkersHarness } from '../cluster/workers-harness.ts';

export const { metrics: testMetrics } = createMetrics('test');

/** A producer fails fast, also before its first connection stands; who uses it comes again, as the relay does. */
export function openTestQueue(harness: Pick<WorkersHarness, 'env'>): QueueProducer<'notification'> {
  const queue = openQueue({
    url: harness.env.REDIS_STATE_URL ?? '',
    region: REGION,
    name: 'notification',
    owner: 'test',
    metrics: testMetrics,
    log: testLogger,
  });
  return {
    add: (...job) => vi.waitFor(() => queue.add(...job), { timeout: 10_000, interval: 50 }),
    close: () => queue.close(),
  };
}

/** Where the webhook provider posts to. It refuses events while `refuses` says so. */
export interface WebhookReceiver {
  readonly url: string;
  /** Events taken, by id, in order. */
  readonly taken: string[];
  /** Times that each event was posted, refused ones too. */
  readonly posted: Map<string, number>;
  refuses: (eventId: string) => boolean;
  /** Never answered. */
  hangs: (eventId: string) => boolean;
  close(): Promise<unknown>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const server = createServer((request, response) => {
    const eventId = String(request.headers['rideline-event-id']);
    request.resume().on('end', () => {
      receiver.posted.set(eventId, (receiver.posted.get(eventId) ?? 0) + 1);
      if (receiver.hangs(eventId)) return;
      const refused = receiver.refuses(eventId);
      if (!refused) receiver.taken.push(eventId);
      response.writeHead(refused ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    taken: [],
    posted: new Map(),
    refuses: () => false,
    hangs: () => false,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

export type TokenOf = (role: Role, subject: string) => Promise<string>;

export async function tokensOf(harness: Pick<WorkersHarness, 'env'>): Promise<TokenOf> {
  const keys = await readTokenKeys(harness.env.RIDELINE_TOKEN_KEYS_FILE ?? '', { production: false });
  return async (role, subject) =>
    (await issueToken(keys, { role, subject, region: REGION, ttlSeconds: 3600 })).token;
}

export function urlOf(harness: Pick<WorkersHarness, 'cluster'>, process: string): string {
  return `http://127.0.0.1:${harness.cluster.processes.find(({ name }) => name === process)?.port}`;
}

/** Calls the API. @returns status and body */
export async function callApi<Body = Record<string, unknown>>(
  harness: Pick<WorkersHarness, 'cluster'>,
  token: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<{ status: number; body: Body }> {
  const answer = await fetch(urlOf(harness, 'api-1') + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: answer.status, body: (await answer.json()) as Body };
}

/** A phone that acknowledges notifications when it is told to. */
export interface Phone {
  readonly socket: Socket;
  /** Ids in the order in which they came. */
  readonly heard: string[];
  acknowledges: boolean;
}

export async function connectPhone(
  url: string,
  namespace: '/rider' | '/driver',
  token: string,
  acknowledges = true,
): Promise<Phone> {
  const socket = io(`${url}${namespace}`, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: { token, protocol: 1, sdk: 'test/1' },
  });
  const phone: Phone = { socket, heard: [], acknowledges };
  socket.on('notification', ({ notificationId }, ack) => {
    phone.heard.push(notificationId);
    if (phone.acknowledges) ack({ ok: true });
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('connect_error', reject);
  });
  return phone;
}
