import type { Ledger } from '@rideline/contract';

const MOST_WAIT_MS = 35_000;

/** Calls the API through the front port, as an operator. */
export class ApiClient {
  readonly #url: string;
  readonly #token: string;

  constructor(url: string, operatorToken: string) {
    this.#url = url;
    this.#token = operatorToken;
  }

  /** Returns the parsed body. Retries, at most `tries` times in all, when the server or the connection to it failed. */
  async call<Body>(method: 'GET' | 'POST', path: string, body?: object, tries = 7): Promise<Body> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#once(method, path, body).catch((error: Error) => error);
      if (answer instanceof Response && answer.ok) return (await answer.json()) as Body;
      const permanent = answer instanceof Response && answer.status < 500 && answer.status !== 429;
      if (permanent || attempt >= tries) throw await failure(method, path, answer);
      const backoffMs = 250 * 2 ** attempt * Math.random();
      await new Promise((resolve) => setTimeout(resolve, Math.max(backoffMs, askedWaitMs(answer))));
    }
  }

  ledger(driverId: string): Promise<Ledger> {
    return this.call<Ledger>('GET', `/v1/drivers/${driverId}/ledger`);
  }

  #once(method: string, path: string, body?: object): Promise<Response> {
    return fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
  }
}

/** A server with an open circuit asks to be left alone for that long. Never waits longer than any circuit stays open. */
function askedWaitMs(answer: Response | Error): number {
  if (answer instanceof Error) return 0;
  const seconds = Number(answer.headers.get('Retry-After') ?? 0);
  return Math.min(MOST_WAIT_MS, Number.isFinite(seconds) ? seconds * 1000 : 0);
}

async function failure(method: string, path: string, answer: Response | Error): Promise<Error> {
  if (answer instanceof Error) return new Error(`${method} ${path}: ${answer.message}`, { cause: answer });
  const text = (await answer.text()).slice(0, 300);
  return new Error(`${method} ${path}: ${answer.status} ${text}`);
}
