import type { ApiPaths } from '@rideline/contract';
import createClient, { type Client } from 'openapi-fetch';
import { type TokenSource, tokenFunctionOf } from './token-source.ts';

/** A client of the REST API that knows every address, its parameters, its body and its answers. */
export type RestClient = Client<ApiPaths>;

export interface RestOptions {
  /** Address of the front port. */
  url: string;
  /** Absent: for what needs no token. */
  token?: TokenSource;
  fetch?: typeof fetch;
}

const UNAUTHENTICATED = 401;

/**
 * `const { data, error } = await rest.GET('/v1/trips/{tripId}', { params: { path: { tripId } } })`: `error` is a problem with a code of the
 * closed list; a server that cannot be reached rejects. A token that was refused is exchanged once.
 */
export function createRestClient(options: RestOptions): RestClient {
  const tokenOf = options.token === undefined ? undefined : tokenFunctionOf(options.token);
  const doFetch = options.fetch ?? fetch;

  async function send(request: Request): Promise<Response> {
    if (tokenOf === undefined) return doFetch(request);
    const token = await tokenOf();
    const again = request.clone();
    request.headers.set('authorization', `Bearer ${token}`);
    const answer = await doFetch(request);
    if (answer.status !== UNAUTHENTICATED) return answer;
    const another = await tokenOf(token);
    if (another === token) return answer;
    again.headers.set('authorization', `Bearer ${another}`);
    return doFetch(again);
  }

  return createClient<ApiPaths>({ baseUrl: options.url, fetch: send });
}
