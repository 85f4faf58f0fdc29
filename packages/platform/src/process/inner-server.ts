import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import type { Health } from './health.ts';

export interface InnerServer {
  readonly port: number;
  close(): Promise<void>;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  parts: { registry: Registry; health: Health },
): Promise<void> {
  const path = request.url?.split('?')[0];
  switch (path) {
    case '/metrics': {
      response.setHeader('content-type', parts.registry.contentType);
      response.end(await parts.registry.metrics());
      return;
    }
    case '/health/live':
      response.end('{"status":"ok"}');
      return;
    case '/health/ready':
      response.statusCode = parts.health.isReady() ? 200 : 503;
      response.end(JSON.stringify(parts.health.answer()));
      return;
    case '/health':
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(parts.health.answer()));
      return;
    default:
      response.statusCode = 404;
      response.end();
  }
}

/** Health and metrics of one process, on an internal port for the balancer and Prometheus. */
export async function startInnerServer(options: {
  host: string;
  port: number;
  registry: Registry;
  health: Health;
}): Promise<InnerServer> {
  const server: Server = createServer((request, response) => {
    answer(request, response, options).catch((error: Error) => {
      response.statusCode = 500;
      response.end(error.message);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
