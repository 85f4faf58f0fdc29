import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '@rideline/contract';
import type { GatewayMetrics } from '../metrics.ts';

export interface AdmissionRules {
  /** Web origins besides the server's own host. */
  readonly allowedOrigins: readonly string[];
  /** Open connections beyond which a new one is refused without a handshake. */
  readonly hardLimit: number;
  readonly connections: () => number;
  readonly metrics: GatewayMetrics;
}

const TOKEN_PARAMETERS = ['token', 'access_token', 'auth', 'jwt'];

/** A host as the Host header may have it; the port of the scheme may stand or be left out. */
const HOST = /^[\w.:[\]-]+$/;

/** An origin is allowed when it equals an entry of the list or the requested host: prefixes, suffixes and `null` are not. */
function isAllowedOrigin(origin: string, host: string | undefined, allowed: readonly string[]): boolean {
  if (allowed.includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const given = new URL(origin);
  if (given.protocol !== 'http:' && given.protocol !== 'https:') return false;
  const requested = `${given.protocol}//${host}`;
  if (host === undefined || !HOST.test(host) || !URL.canParse(requested)) return false;
  return allowed.includes(given.origin) || given.origin === new URL(requested).origin;
}

/** Why a connection is refused, or null. A client without an origin is not a browser: its token decides. */
export function refusalOf(request: IncomingMessage, rules: AdmissionRules): ErrorCode | null {
  const { origin, host } = request.headers;
  if (origin !== undefined && !isAllowedOrigin(origin, host, rules.allowedOrigins)) return 'ORIGIN_DENIED';
  const query = new URL(request.url ?? '/', 'http://any').searchParams;
  // Proxies and browsers log URLs.
  if (TOKEN_PARAMETERS.some((name) => query.has(name))) return 'TOKEN_IN_URL';
  if (rules.connections() >= rules.hardLimit) return 'SCALE_006';
  return null;
}

/**
 * Socket.IO's `allowRequest`: runs before a session exists, for websocket and polling (CORS does not cover websockets). A refused websocket
 * gets its 403 here, since Engine.IO would answer 400.
 */
export function allowRequest(rules: AdmissionRules) {
  return (request: IncomingMessage, callback: (error: string | null, success: boolean) => void): void => {
    const code = refusalOf(request, rules);
    if (code === null) {
      callback(null, true);
      return;
    }
    rules.metrics.gateway_refused_total.inc({ stage: 'connection', code });
    if (request.headers.upgrade !== undefined && request.socket.writable) {
      const body = JSON.stringify({ code });
      request.socket.end(
        `HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
    }
    callback(code, false);
  };
}
