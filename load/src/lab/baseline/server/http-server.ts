import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { CodedError, ERRORS, type Role } from '@rideline/contract';
import { isMongoAway } from '@rideline/platform/mongo/mongo-errors';
import type { Logger } from '@rideline/platform/process/logger';
import { verifyRemembered } from '@rideline/platform/tokens/token-memory';
import type { Principal, TokenKeys } from '@rideline/platform/tokens/tokens';
import type { z } from 'zod';

export interface RestRequest {
  readonly caller: Principal;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** `:name` is a parameter. */
  readonly path: string;
  readonly roles: readonly Role[];
  readonly handle: (request: RestRequest) => Promise<RestAnswer>;
}

interface RestParts {
  readonly keys: TokenKeys;
  readonly region: string;
  readonly log: Logger;
  /** A request was answered: pattern of its path, status, seconds. */
  readonly onAnswered: (route: string, status: number, seconds: number) => void;
}

const BODY_BYTES = 64 * 1024;
const BEARER = /^Bearer (\S+)$/i;

/** @throws CodedError VALIDATION that names the first fault */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.map(String).join('.'),
    message,
  }));
  throw new CodedError('VALIDATION', undefined, { issues: issues.slice(0, 20) });
}

/** A plain HTTP server for the routes: token, JSON body, problem details (RFC 9457) as the product answers them. */
export function createRestServer(routes: readonly Route[], parts: RestParts): Server {
  const matchers = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  return createServer((request, response) => {
    const startedAt = performance.now();
    const url = new URL(request.url ?? '/', 'http://any');
    const found = matchers.find(
      ({ route, pattern }) => route.method === request.method && pattern.test(url.pathname),
    );
    answer(found, request, url, parts)
      .catch((error: unknown) => refusal(error, parts.log))
      .then(({ status, body }) => {
        const type = status >= 400 ? 'application/problem+json' : 'application/json';
        response.writeHead(status, { 'content-type': type });
        response.end(JSON.stringify(body));
        parts.onAnswered(found?.route.path ?? 'none', status, (performance.now() - startedAt) / 1000);
      });
  });
}

async function answer(
  found: { readonly route: Route; readonly pattern: RegExp } | undefined,
  request: IncomingMessage,
  url: URL,
  { keys, region }: RestParts,
): Promise<RestAnswer> {
  if (found === undefined) throw new CodedError('NOT_FOUND');
  const token = request.headers.authorization?.match(BEARER)?.[1];
  if (token === undefined) throw new CodedError('UNAUTHENTICATED');
  const caller = await verifyRemembered(keys, token, { audience: found.route.roles });
  if (caller.region !== region) throw new CodedError('FORBIDDEN', 'The token is for another region.');
  return found.route.handle({
    caller,
    params: { ...found.pattern.exec(url.pathname)?.groups },
    query: Object.fromEntries(url.searchParams),
    body: request.method === 'POST' ? await jsonBody(request) : undefined,
  });
}

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES) throw new CodedError('PAYLOAD_TOO_LARGE');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw new CodedError('VALIDATION', 'The body cannot be read as JSON.');
  }
}

function refusal(error: unknown, log: Logger): RestAnswer {
  const coded = toCodedError(error, log);
  const { status, text } = ERRORS[coded.code];
  const body = {
    type: `/v1/errors#${coded.code}`,
    title: text,
    status,
    code: coded.code,
    requestId: randomUUID(),
    detail: coded.message,
    ...(coded.issues === undefined ? {} : { issues: coded.issues }),
  };
  return { status, body };
}

/** An error that is none of the closed list becomes INTERNAL and is logged. */
export function toCodedError(error: unknown, log: Logger): CodedError {
  if (error instanceof CodedError) return error;
  if (isMongoAway(error)) return new CodedError('UNAVAILABLE', undefined, { cause: error });
  log.error({ err: error }, 'request failed');
  return new CodedError('INTERNAL', undefined, { cause: error });
}

const patternOf = (path: string) => new RegExp(`^${path.replace(/:(\w+)/g, '(?<$1>[^/]+)')}$`);
