import { type ClientHttp2Session, connect, constants, type IncomingHttpHeaders } from 'node:http2';

export interface ApnsAnswer {
  readonly status: number;
  readonly reason: string | undefined;
}

/** Longest answer that is read; Apple's are a line of JSON. */
const ANSWER_BYTES = 4096;

/**
 * One HTTP/2 connection, kept open and reopened when it has ended; Apple treats a new connection per push as an attack.
 */
export class ApnsSession {
  readonly #url: string;
  readonly #timeoutMs: number;
  #session: ClientHttp2Session | undefined;

  constructor(url: string, timeoutMs: number) {
    this.#url = url;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws Error when there is no answer in time */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<ApnsAnswer> {
    const session = this.#open();
    const { promise, resolve, reject } = Promise.withResolvers<ApnsAnswer>();
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      'content-type': 'application/json',
      ...headers,
    });
    let status = 0;
    let text = '';
    stream.setEncoding('utf8');
    stream.on('response', (answer: IncomingHttpHeaders) => {
      status = Number(answer[':status']);
    });
    stream.on('data', (chunk: string) => {
      if (text.length < ANSWER_BYTES) text += chunk;
    });
    stream.on('end', () => {
      if (status === 0) reject(new Error('APNs ended the request without an answer'));
      else resolve({ status, reason: reasonOf(text) });
    });
    stream.on('error', reject);
    stream.on('close', () => reject(new Error('APNs closed the request')));
    stream.setTimeout(this.#timeoutMs, () => {
      reject(new Error('APNs did not answer in time'));
      stream.close(constants.NGHTTP2_CANCEL);
      // A connection that does not answer one request may be dead: the next request opens a new one.
      this.#drop(session);
    });
    stream.end(body);
    return promise;
  }

  close(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.destroy();
  }

  #open(): ClientHttp2Session {
    const known = this.#session;
    if (known && !known.closed && !known.destroyed) return known;
    const session = connect(this.#url);
    const drop = () => this.#drop(session);
    // Each request on it gets its own error.
    session.on('error', drop);
    session.on('goaway', drop);
    session.on('close', drop);
    session.unref();
    this.#session = session;
    return session;
  }

  #drop(session: ClientHttp2Session): void {
    if (this.#session === session) this.#session = undefined;
    if (!session.closed) session.close();
  }
}

function reasonOf(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    const { reason } = JSON.parse(text) as { reason?: unknown };
    return typeof reason === 'string' ? reason.slice(0, 64) : undefined;
  } catch {
    // Not APNs' own answer, but that of a proxy in between: only its status counts.
    return undefined;
  }
}
