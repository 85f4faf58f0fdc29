import { fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { CodedError } from '@rideline/contract';

/** What one request or form is signed with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only with temporary credentials; sent beside the signature. */
  readonly sessionToken?: string;
  /** Undefined: the credentials do not expire. */
  readonly expiration?: Date;
}

/**
 * When a form or URL stops working that is signed now for `seconds`, ms since 1970: S3 refuses the signature of temporary credentials once
 * they have expired, whatever the form or URL says.
 */
export function signatureEndMs({ expiration }: S3Credentials, nowMs: number, seconds: number): number {
  return Math.min(nowMs + seconds * 1000, expiration?.getTime() ?? Number.POSITIVE_INFINITY);
}

/** @throws CodedError UNAVAILABLE when no source of the chain gives credentials */
export type S3CredentialProvider = () => Promise<S3Credentials>;

const CONNECT_MS = 2000;
/** Of one call to STS. The SDK bounds calls to container and instance endpoints itself, at 1 s each. */
const REQUEST_MS = 5000;
const TRIES = 2;

/**
 * The keys of the settings; without keys, the AWS SDK's default chain: `AWS_ACCESS_KEY_ID` and its session token, the shared profile (SSO,
 * assumed roles), web identity (`AWS_WEB_IDENTITY_TOKEN_FILE`), then the endpoint of the container or the instance. The chain keeps temporary
 * credentials, refreshes them in the background from five minutes before they expire, and lets callers wait once they have expired.
 */
export function openS3Credentials(settings: {
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
}): S3CredentialProvider {
  const { accessKeyId, secretAccessKey } = settings;
  if (accessKeyId !== undefined && secretAccessKey !== undefined) {
    const keys = { accessKeyId, secretAccessKey };
    return async () => keys;
  }
  const chain = fromNodeProviderChain({
    clientConfig: {
      maxAttempts: TRIES,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: REQUEST_MS,
        throwOnRequestTimeout: true,
      },
    },
  });
  return async () => {
    try {
      return await chain();
    } catch (cause) {
      const message = 'Credentials for the object store could not be loaded.';
      throw new CodedError('UNAVAILABLE', message, { retryAfterMs: 1000, cause });
    }
  };
}
