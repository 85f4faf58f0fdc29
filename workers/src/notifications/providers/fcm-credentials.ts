import { readFile } from 'node:fs/promises';
import { type AuthClient, GoogleAuth, JWT } from 'google-auth-library';
import { z } from 'zod';

const SCOPE = 'https://www.googleapis.com/auth/firebase.messaging';
/** The library sends every assertion here, whatever the key file says. */
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';
/** A token is not used for its last minute. */
const MARGIN_MS = 60_000;

const serviceAccountSchema = z.object({
  project_id: z.string().min(1),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  token_uri: z.url(),
});

/** The project to send for, and the header fields that authorise a call to FCM. */
export interface FcmCredentials {
  readonly projectId: string;
  /** A cached token, or a new one shortly before it expires. @throws Error when the token server does not give one */
  headers(): Promise<Headers>;
  /** FCM refused the token: the next call fetches a new one. */
  drop(): void;
}

/**
 * The service account of the file; without a file Google's application default credentials: the file of GOOGLE_APPLICATION_CREDENTIALS
 * (workload identity federation included), gcloud's own, then the metadata server of the machine or pod.
 * @throws Error when the file is not a service account's key, or there are no credentials or no project
 */
export async function openFcmCredentials(
  serviceAccountFile: string | undefined,
  timeoutMs: number,
): Promise<FcmCredentials> {
  const options = {
    scopes: SCOPE,
    eagerRefreshThresholdMillis: MARGIN_MS,
    // One try within the timeout, no redirects: the job is retried as a whole.
    transporterOptions: { timeout: timeoutMs, redirect: 'manual', retryConfig: { retry: 0 } },
  } as const;
  if (serviceAccountFile !== undefined) {
    const account = serviceAccountSchema.parse(JSON.parse(await readFile(serviceAccountFile, 'utf8')));
    return credentialsOf(account.project_id, async () => serviceAccountClient(account, options));
  }
  const auth = new GoogleAuth({ scopes: SCOPE, clientOptions: options });
  await auth.getClient();
  return credentialsOf(await auth.getProjectId(), () =>
    new GoogleAuth({ scopes: SCOPE, clientOptions: options }).getClient(),
  );
}

function serviceAccountClient(
  account: z.output<typeof serviceAccountSchema>,
  options: ConstructorParameters<typeof JWT>[0],
): AuthClient {
  const { client_email, private_key, token_uri } = account;
  const client = new JWT({
    ...options,
    email: client_email,
    key: private_key,
    additionalClaims: { aud: token_uri },
  });
  client.transporter.interceptors.request.add({
    resolved: async (request) => {
      if (request.url.href === GOOGLE_TOKEN_URL) request.url = new URL(token_uri);
      return request;
    },
  });
  return client;
}

function credentialsOf(projectId: string, open: () => Promise<AuthClient>): FcmCredentials {
  let client: Promise<AuthClient> | undefined;
  return {
    projectId,
    async headers() {
      client ??= open();
      try {
        return await (await client).getRequestHeaders();
      } catch (error) {
        client = undefined;
        // Not the error itself: it carries the request, and with it the signed assertion.
        throw new Error(`no access token for FCM: ${(error as Error).message}`);
      }
    },
    drop() {
      // A client keeps its token until it expires, and a JWT client has no public call that replaces it earlier.
      client = undefined;
    },
  };
}
