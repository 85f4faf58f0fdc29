import { readFile } from 'node:fs/promises';
import { importPKCS8, SignJWT } from 'jose';
import { z } from 'zod';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Google's tokens live an hour, and so does the assertion that asks for one. */
const ASSERTION_SECONDS = 3600;
/** A token is not used for its last minute. */
const MARGIN_MS = 60_000;

const serviceAccountSchema = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url(),
});
const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** What FCM calls are made with: OAuth 2 by a signed assertion (RFC 7523). */
export interface FcmTokens {
  readonly projectId: string;
  /** @throws Error when the token server does not give one */
  current(): Promise<string>;
  /** The one given was refused: the next is fetched anew. */
  drop(): void;
}

/** Reads the service account. @throws Error when the file is not one */
export async function readFcmTokens(file: string, timeoutMs: number): Promise<FcmTokens> {
  const account = serviceAccountSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  const key = await importPKCS8(account.private_key, 'RS256');
  let held: { token: Promise<string>; until: number } | undefined;

  async function fetchToken(): Promise<string> {
    const assertion = await new SignJWT({ scope: SCOPE })
      .setProtectedHeader({
        alg: 'RS256',
        typ: 'JWT',
        ...(account.private_key_id ? { kid: account.private_key_id } : {}),
      })
      .setIssuer(account.client_email)
      .setAudience(account.token_uri)
      .setIssuedAt()
      .setExpirationTime(`${ASSERTION_SECONDS}s`)
      .sign(key);
    const response = await fetch(account.token_uri, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: GRANT, assertion }),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the token server answered ${response.status}`);
    }
    const { access_token, expires_in } = answerSchema.parse(await response.json());
    if (held) held.until = Date.now() + expires_in * 1000 - MARGIN_MS;
    return access_token;
  }

  return {
    projectId: account.project_id,
    current() {
      if (held === undefined || held.until < Date.now()) {
        const token = fetchToken();
        held = { token, until: Number.POSITIVE_INFINITY };
        token.catch(() => {
          held = undefined;
        });
      }
      return held.token;
    },
    drop() {
      held = undefined;
    },
  };
}
