import { setTimeout as delay } from 'node:timers/promises';
import type { Ledger } from '@rideline/contract';

const MOST_WAIT_MS = 65_000;
const MOST_BACKOFF_MS = 8000;
const CALL_MS = 10_000;

/** A token, or what gives the newest one: a deployment's tokens are valid for minutes. */
export type TokenGiver = string | (() => Promise<string>);

/** A call that was refused, or that was not answered in all its tries. */
export class ApiCallFailed extends Error {
  /** Null: there was no answer. */
  readonly status: number | null;
  constructor(text: string, status: number | null, cause?: unknown) {
    super(text, { cause });
    this.name = 'ApiCallFailed';
    this.status = status;
  }
}

/** Calls the API through the front port, as an operator. */
export class ApiClient {
  readonly #url: string;
  readonly #token: TokenGiver;
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends every call and every wait */
  constructor(url: string, operatorToken: TokenGiver, signal?: AbortSignal) {
    this.#url = url;
    this.#token = operatorToken;
    this.#signal = signal;
  }

  /**
   * Returns the parsed body. Retries, at most `tries` times in all, when the server or the connection to it failed.
   * @throws ApiCallFailed; what the giver of the token throws
   */
  async call<Body>(method: 'GET' | 'POST', path: string, body?: object, tries = 7): Promise<Body> {
    for (let attempt = 1; ; attempt++) {
      const token = typeof this.#token === 'string' ? this.#token : await this.#token();
      const answer = await this.#once(method, path, token, body).catch((error: Error) => error);
      this.#signal?.throwIfAborted();
      if (answer instanceof Response && answer.ok) return (await answer.json()) as Body;
      const permanent = answer instanceof Response && answer.status < 500 && answer.status !== 429;
      if (permanent || attempt >= tries) throw await failure(method, path, answer);
      const backoffMs = Math.min(MOST_BACKOFF_MS, 250 * 2 ** attempt) * Math.random();
      await this.#wait(Math.max(backoffMs, askedWaitMs(answer)));
    }
  }

  ledger(driverId: string, cursor?: string): Promise<Ledger> {
    const query = cursor === undefined ? '' : `?${new URLSearchParams({ cursor })}`;
    return this.call<Ledger>('GET', `/v1/drivers/${driverId}/ledger${query}`);
  }

  #once(method: string, path: string, token: string, body?: object): Promise<Response> {
    const deadline = AbortSignal.timeout(CALL_MS);
    return fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: this.#signal === undefined ? deadline : AbortSignal.any([deadline, this.#signal]),
    });
  }

  async #wait(ms: number): Promise<void> {
    await delay(ms, undefined, this.#signal === undefined ? {} : { signal: this.#signal });
  }
}

/** A server with an open circuit or a used-up budget asks to be left alone for that long. Never waits longer than any of these lasts. */
function askedWaitMs(answer: Response | Error): number {
  if (answer instanceof Error) return 0;
  const seconds = Number(answer.headers.get('Retry-After') ?? 0);
  return Math.min(MOST_WAIT_MS, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

async function failure(method: string, path: string, answer: Response | Error): Promise<ApiCallFailed> {
  if (answer instanceof Error) return new ApiCallFailed(`${method} ${path}: ${answer.message}`, null, answer);
  const text = (await answer.text()).slice(0, 300);
  return new ApiCallFailed(`${method} ${path}: ${answer.status} ${text}`, answer.status);
}
