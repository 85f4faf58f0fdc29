import type { Cluster } from '@rideline/infra/local/cluster';
import { urlOf } from '../processes/process-address.ts';

export interface ApiRequest {
  readonly token?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal;
}

/** One request to the API. @param url with path and query */
export function apiRequest(method: string, url: string, request: ApiRequest = {}): Promise<Response> {
  const { token, body, headers, signal } = request;
  return fetch(url, {
    method,
    headers: {
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** One request to the node `api-1` of a cluster. @returns status and parsed body */
export async function callApi<Body = Record<string, unknown>>(
  { cluster }: { readonly cluster: Cluster },
  token: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<{ status: number; body: Body }> {
  const response = await apiRequest(method, urlOf(cluster, 'api-1') + path, { token, body });
  return { status: response.status, body: (await response.json()) as Body };
}
