import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The server that the webhook provider posts to. */
export interface WebhookReceiver {
  readonly url: string;
  /** Ids of the accepted events, in order. */
  readonly accepted: string[];
  /** Number of posts per event, including refused ones. */
  readonly posted: Map<string, number>;
  /** Events to refuse with status 503. */
  refuses: (eventId: string) => boolean;
  /** Events that are never answered. */
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
      if (!refused) receiver.accepted.push(eventId);
      response.writeHead(refused ? 503 : 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/push`,
    accepted: [],
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
