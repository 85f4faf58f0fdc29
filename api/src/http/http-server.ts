import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { CodedError } from '@rideline/contract';
import { toProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** A client that sends its head or body more slowly than this is disconnected (Slowloris). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the balancer's idle timeout, so that the server never closes a connection under a request. */
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 100;
const CHECK_INTERVAL_MS = 2000;

export interface HttpServer {
  readonly port: number;
  /** Accepts nothing new and waits up to `deadlineMs` for open answers; then closes their connections. */
  close(deadlineMs: number): Promise<void>;
}

/** Code of a failure that Node's parser reports before a request exists: head too large, no HTTP, too slow. */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'PAYLOAD_TOO_LARGE'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'TIMEOUT'
        : 'VALIDATION';
  const problem = toProblem(new CodedError(code), requestIdOf(undefined));
  const body = JSON.stringify(problem);
  const head = `HTTP/1.1 ${problem.status} ${code}\r\nContent-Type: application/problem+json\r\nX-Request-Id: ${problem.requestId}`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
}

/** @throws Error with code EADDRINUSE when the port is in use */
export async function listen(
  handler: RequestListener,
  at: { host: string; port: number },
): Promise<HttpServer> {
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const server = createServer(limits, handler);
  server.on('clientError', refuseUnparsed);
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
