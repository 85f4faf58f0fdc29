import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { httpCode, networkCode, OperationFailed } from './codes.ts';

export interface RestAnswer {
  readonly status: number;
  /** Parsed JSON; the text of an answer that is not JSON. */
  readonly body: unknown;
}

export interface RestRequest {
  readonly method: 'GET' | 'POST';
  /** A path of the target, or a whole URL. */
  readonly url: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | object;
}

/** Longer answers are not ours. */
const MOST_ANSWER_BYTES = 4_000_000;
const KEEP_ALIVE_MS = 4000;

/**
 * REST calls over a bounded number of connections that are kept open. Not `fetch`: it takes three times as much CPU per call, which on one
 * machine is taken from the servers, and it opens a connection for every call that waits.
 */
export class RestClient {
  readonly #target: string;
  readonly #timeoutMs: number;
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;

  constructor(options: { target: string; connections: number; timeoutMs: number }) {
    this.#target = options.target;
    this.#timeoutMs = options.timeoutMs;
    // Idle connections are closed before the server's own limit (5 s in Node), or a request meets a connection that is just closed.
    const agent = {
      keepAlive: true,
      maxSockets: options.connections,
      maxFreeSockets: options.connections,
      timeout: KEEP_ALIVE_MS,
    };
    this.#http = new HttpAgent(agent);
    this.#https = new HttpsAgent(agent);
  }

  /** @throws OperationFailed for an answer that is not 2xx, and when there is none in time; the time includes the wait for a connection */
  async call(request: RestRequest): Promise<RestAnswer> {
    try {
      return await this.#send(request);
    } catch (error) {
      // A connection that the server closed while it was idle: nothing of the request was read. Every call of ours can be repeated.
      if (error instanceof StaleConnection) return this.#send(request);
      throw error;
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  #send({ method, url, token, headers, body }: RestRequest): Promise<RestAnswer> {
    const whole = new URL(url.startsWith('/') ? this.#target + url : url);
    const isTls = whole.protocol === 'https:';
    const payload = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const outgoing = (isTls ? requestHttps : requestHttp)(whole, {
        method,
        agent: isTls ? this.#https : this.#http,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
          'content-length': String(payload?.length ?? 0),
          ...headers,
        },
      });
      const timer = setTimeout(() => outgoing.destroy(new OperationFailed('HTTP_TIMEOUT')), this.#timeoutMs);
      const settle = (action: () => void) => {
        clearTimeout(timer);
        action();
      };
      outgoing.on('error', (error) => settle(() => reject(failureOf(error, outgoing.reusedSocket))));
      outgoing.on('response', (incoming) => {
        readBody(incoming).then(
          (text) => settle(() => answerOf(incoming, text, resolve, reject)),
          (error: unknown) => settle(() => reject(failureOf(error, false))),
        );
      });
      outgoing.end(payload);
    });
  }
}

class StaleConnection extends Error {}

function failureOf(error: unknown, wasReused: boolean): Error {
  if (error instanceof OperationFailed) return error;
  const code = networkCode(error);
  if (wasReused && (code === 'ECONNRESET' || code === 'EPIPE')) return new StaleConnection();
  return new OperationFailed(code);
}

function answerOf(
  incoming: IncomingMessage,
  text: string,
  resolve: (answer: RestAnswer) => void,
  reject: (error: Error) => void,
): void {
  const status = incoming.statusCode ?? 0;
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    resolve({ status, body });
    return;
  }
  const seconds = Number(incoming.headers['retry-after'] ?? 0);
  const { effect } = (typeof body === 'object' && body !== null ? body : {}) as { effect?: unknown };
  reject(
    new OperationFailed(httpCode(status, body), {
      status,
      retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
      ...(effect === 'none' || effect === 'unknown' ? { effect } : {}),
    }),
  );
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_ANSWER_BYTES) throw new OperationFailed('BAD_ANSWER');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): unknown {
  if (!text.startsWith('{') && !text.startsWith('[')) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** A `multipart/form-data` body: the fields, then the file, as S3 wants it. */
export function formOf(
  fields: Readonly<Record<string, string>>,
  file: Buffer,
): { body: Buffer; type: string } {
  const boundary = `rideline${Math.random().toString(36).slice(2)}`;
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `${parts.join('')}--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="document"\r\n\r\n`;
  return {
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    type: `multipart/form-data; boundary=${boundary}`,
  };
}
