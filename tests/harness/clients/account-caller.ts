import { problemSchema, type SignedIn, signedInSchema } from '@rideline/contract';
import { apiRequest } from './api-request.ts';

/** Calls the account routes of one API node, each call from another address, because limits per address are not under test. */
export interface AccountCaller {
  call(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<Response>;
  /** @throws Error when the call is refused */
  signedIn(path: string, body: unknown, token?: string): Promise<SignedIn>;
  /** Code of the refusal; 'none' when the call succeeds. */
  refusal(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<string>;
}

let addresses = 0;

export function accountCaller(url: string): AccountCaller {
  const call: AccountCaller['call'] = (method, path, options) => {
    addresses += 1;
    const headers = { 'X-Forwarded-For': `10.1.${addresses >> 8}.${addresses & 255}` };
    return apiRequest(method, url + path, { ...options, headers });
  };
  return {
    call,
    async signedIn(path, body, token) {
      const response = await call('POST', path, { body, ...(token === undefined ? {} : { token }) });
      const json: unknown = await response.json();
      const signedIn = signedInSchema.safeParse(json);
      if (!signedIn.success) throw new Error(`${path}: ${response.status} ${JSON.stringify(json)}`);
      return signedIn.data;
    },
    async refusal(method, path, options) {
      const response = await call(method, path, options);
      if (response.ok) return 'none';
      return problemSchema.parse(await response.json()).code;
    },
  };
}
