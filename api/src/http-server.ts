import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A client that sends its head or body more slowly than this is cut off (slow-loris). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the balancer keeps an idle connection, so that it is never the server who closes under a request. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 100;

export interface HttpServer {
  readonly port: number;
  /** Takes nothing new and waits for the answers under way, at most `deadlineMs`; then it cuts them. */
  close(deadlineMs: number): Promise<void>;
}

/** @throws Error with code EADDRINUSE when the port is taken */
export async function listen(
  handler: RequestListener,
  at: { host: string; port: number },
): Promise<HttpServer> {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    handler,
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxHeadersCount = MAX_HEADERS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: (deadlineMs) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}
