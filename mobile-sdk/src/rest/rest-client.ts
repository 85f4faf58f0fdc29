import type { ApiPaths } from '@rideline/contract';
import createClient, { type Client } from 'openapi-fetch';
import { type TokenSource, tokenFunctionOf } from '../session/token-source.ts';

/** A typed client of the REST API: every path with its parameters, body and responses. */
export type RestClient = Client<ApiPaths>;

export interface RestOptions {
  /** URL of the front port. */
  url: string;
  /** Absent: only for requests without a token. */
  token?: TokenSource;
  fetch?: typeof fetch;
}

const UNAUTHENTICATED = 401;

/**
 * `const { data, error } = await rest.GET('/v1/trips/{tripId}', { params: { path: { tripId } } })`: `error` is a problem with a code from
 * the closed list; the call rejects when no server can be reached. A refused token is exchanged once.
 */
export function createRestClient(options: RestOptions): RestClient {
  const tokenOf = options.token === undefined ? undefined : tokenFunctionOf(options.token);
  const doFetch = options.fetch ?? fetch;

  async function send(request: Request): Promise<Response> {
    if (tokenOf === undefined) return doFetch(request);
    const token = await tokenOf();
    const copy = request.clone();
    request.headers.set('authorization', `Bearer ${token}`);
    const answer = await doFetch(request);
    if (answer.status !== UNAUTHENTICATED) return answer;
    const next = await tokenOf(token);
    if (next === token) return answer;
    copy.headers.set('authorization', `Bearer ${next}`);
    return doFetch(copy);
  }

  return createClient<ApiPaths>({ baseUrl: options.url, fetch: send });
}
