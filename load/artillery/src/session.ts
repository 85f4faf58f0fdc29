import { randomUUID } from 'node:crypto';
import type { Recorder } from './recorder.ts';
import { untilFinal } from './repeat.ts';
import type { RestClient } from './rest.ts';
import type { Credential, Role } from './tokens.ts';

interface SignedIn {
  readonly id: string;
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

export interface SessionParts {
  readonly rest: RestClient;
  readonly recorder: Recorder;
  readonly nowMs: () => number;
}

const SIGN_IN_MS = 60_000;
/** A token is renewed after this share of its lifetime. */
const RENEW_AT = 0.7;
/** After a renewal that failed; a soak outlives an outage. */
const RENEW_AGAIN_MS = 30_000;
/** A longer delay overflows a timer of Node, which then fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One user's identity: a token that was made beforehand, or one that signing in gave and that is renewed before it expires. */
export class Session {
  readonly id: string;
  readonly #parts: SessionParts;
  #token: string;
  #refreshToken: string | null = null;
  #timer: NodeJS.Timeout | undefined;
  /** Called with each next token, so that an open connection presents it. */
  onToken: (token: string) => void = () => undefined;

  private constructor(parts: SessionParts, id: string, token: string) {
    this.#parts = parts;
    this.id = id;
    this.#token = token;
  }

  get token(): string {
    return this.#token;
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** @param credential null: the user registers. @throws OperationFailed when signing in fails */
  static async open(
    parts: SessionParts,
    role: Role,
    credential: Credential | null,
    dueMs: number,
  ): Promise<Session> {
    if (credential?.kind === 'token') return new Session(parts, credential.id, credential.token);
    const { rest, recorder, nowMs } = parts;
    recorder.count('operations.sent');
    const [url, body] = credential === null ? registrationOf(role) : signInOf(credential);
    const answer = await untilFinal(
      { operation: 'sign.in', recorder, nowMs, untilMs: nowMs() + SIGN_IN_MS },
      () => rest.call({ method: 'POST', url, body }),
    );
    recorder.observe('sign.in', nowMs() - dueMs);
    const signedIn = answer.body as SignedIn;
    const session = new Session(parts, signedIn.id, signedIn.token);
    session.#keep(signedIn);
    return session;
  }

  #keep({ token, refreshToken, expiresIn }: SignedIn): void {
    this.#token = token;
    this.#refreshToken = refreshToken;
    this.#renewAfter(expiresIn * 1000 * RENEW_AT);
  }

  #renewAfter(delayMs: number): void {
    this.#timer = setTimeout(() => void this.#renew(), Math.min(delayMs, LONGEST_TIMER_MS));
    this.#timer.unref();
  }

  async #renew(): Promise<void> {
    const { rest, recorder, nowMs } = this.#parts;
    recorder.count('operations.sent');
    try {
      const answer = await untilFinal(
        { operation: 'sign.in', recorder, nowMs, untilMs: nowMs() + SIGN_IN_MS },
        () => rest.call({ method: 'POST', url: '/v1/token', body: { refreshToken: this.#refreshToken } }),
      );
      this.#keep(answer.body as SignedIn);
      this.onToken(this.#token);
    } catch {
      // `untilFinal` has counted it; what needs the token fails with TOKEN_EXPIRED, and is counted too, until a later try succeeds.
      this.#renewAfter(RENEW_AGAIN_MS);
    }
  }
}

function registrationOf(role: Role): [string, object] {
  const id = randomUUID();
  return [
    '/v1/accounts',
    {
      login: `load-${id}@example.com`,
      password: `load ${id}`,
      name: 'Load test',
      role,
      ...(role === 'driver' ? { vehicle: { description: 'Grey car', plate: id.slice(0, 8) } } : {}),
    },
  ];
}

function signInOf({ login, password }: Extract<Credential, { kind: 'account' }>): [string, object] {
  return ['/v1/sign-in', { name: login, password }];
}
