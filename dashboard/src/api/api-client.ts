import type { ApiPaths } from '@rideline/contract';
import createClient, { type Client } from 'openapi-fetch';
import { fetchWithToken, problemOf, type TokenSource } from './http.ts';

/**
 * The API on this page's host, typed by its OpenAPI description: a wrong path, parameter or field does not compile.
 * @throws (each call) CodedError UNAVAILABLE, TIMEOUT
 */
export function apiOf(token: TokenSource): Client<ApiPaths> {
  return createClient<ApiPaths>({
    baseUrl: location.origin,
    fetch: (request) => fetchWithToken(request, token),
  });
}

/** The body of a successful response. @throws CodedError with the problem's code */
export async function dataOf<Data>(
  work: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await work;
  if (data === undefined) throw problemOf(error, response.status);
  return data;
}
