import { problemSchema, type SignedIn, signedInSchema } from '@rideline/contract';

/** A caller of the accounts' routes at one API node, from an address of his own: the limits by address are not what is tested. */
export interface AccountCaller {
  call(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<Response>;
  /** @throws when it is refused */
  signedIn(path: string, body: unknown, token?: string): Promise<SignedIn>;
  /** Code of the refusal; 'none' when there is none. */
  refusal(method: string, path: string, options?: { body?: unknown; token?: string }): Promise<string>;
}

let addresses = 0;

export function accountCaller(url: string): AccountCaller {
  const call: AccountCaller['call'] = (method, path, { body, token } = {}) => {
    addresses++;
    const headers: Record<string, string> = {
      'X-Forwarded-For': `10.1.${addresses >> 8}.${addresses & 255}`,
    };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (token !== undefined) headers.Authorization = `Bearer ${token}`;
    return fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return {
    call,
    async signedIn(path, body, token) {
      const response = await call('POST', path, { body, ...(token === undefined ? {} : { token }) });
      const json: unknown = await response.json();
      const signedIn = signedInSchema.safeParse(json);
      if (!signedIn.success) throw new Error(`${path} answered ${response.status} ${JSON.stringify(json)}`);
      return signedIn.data;
    },
    async refusal(method, path, options) {
      const response = await call(method, path, options);
      if (response.ok) return 'none';
      return problemSchema.parse(await response.json()).code;
    },
  };
}
