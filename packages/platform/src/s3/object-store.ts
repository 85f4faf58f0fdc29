import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { CodedError } from '@rideline/contract';
import { openS3Credentials, type S3CredentialProvider, signatureEndMs } from './s3-credentials.ts';

/** The S3 server, the bucket, and the keys for it. */
export interface S3Settings {
  /** URL for Rideline's own processes. */
  readonly endpoint: string;
  /** URL for phones and browsers; it is part of the signature. */
  readonly publicEndpoint: string;
  /** Static keys, both or neither. Without them the AWS SDK's credential chain is used. */
  readonly accessKeyId?: string | undefined;
  readonly secretAccessKey?: string | undefined;
  readonly bucket: string;
  readonly region: string;
}

/** Attributes of an object, from HEAD. */
export interface ObjectHead {
  readonly size: number;
  readonly contentType: string;
  readonly etag: string;
  /** Base64; null where the server keeps none. */
  readonly sha256: string | null;
  readonly modifiedAtMs: number;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly modifiedAtMs: number;
}

const CONNECT_MS = 2000;
/** Per attempt: 10 MB over a slow disk, and the requests queued before it. */
const REQUEST_MS = 10_000;
const TRIES = 2;
const SOCKETS = 50;
const LIST_PAGE = 1000;

const NOT_FOUND = 404;
const PRECONDITION_FAILED = 412;

function clientOf(region: string, endpoint: string, credentials: S3CredentialProvider): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials,
    // Self-hosted servers have no DNS name per bucket.
    forcePathStyle: true,
    maxAttempts: TRIES,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      requestTimeout: REQUEST_MS,
      // Without it the timeout is only logged.
      throwOnRequestTimeout: true,
      httpAgent: { keepAlive: true, maxSockets: SOCKETS },
      httpsAgent: { keepAlive: true, maxSockets: SOCKETS },
    },
  });
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** For every unexpected answer. S3's own codes are logged and never sent to a client. */
function asUnavailable(cause: unknown): CodedError {
  if (cause instanceof CodedError) return cause;
  const { name, code } = cause as { name?: string; code?: string };
  // The SDK reports a broken connection as TimeoutError too.
  const slow = name === 'TimeoutError' && code !== 'ECONNRESET' && code !== 'EPIPE';
  return new CodedError(slow ? 'TIMEOUT' : 'UNAVAILABLE', 'The object store is unavailable.', {
    retryAfterMs: 1000,
    cause,
  });
}

/**
 * The bucket of documents. Every call rejects with CodedError UNAVAILABLE or TIMEOUT when the server does not answer; whether anything was
 * written is then unknown. Uploads carry the SDK's checksums, so that the server refuses a truncated one.
 */
export function openObjectStore(settings: S3Settings, credentials = openS3Credentials(settings)) {
  const { bucket: Bucket, region } = settings;
  const client = clientOf(region, settings.endpoint, credentials);
  const outside = clientOf(region, settings.publicEndpoint, credentials);

  return {
    bucket: Bucket,

    /** null: no such object. */
    async head(key: string): Promise<ObjectHead | null> {
      try {
        const found = await client.send(new HeadObjectCommand({ Bucket, Key: key, ChecksumMode: 'ENABLED' }));
        return {
          size: found.ContentLength ?? 0,
          contentType: found.ContentType ?? '',
          etag: (found.ETag ?? '').replaceAll('"', ''),
          sha256: found.ChecksumSHA256 ?? null,
          modifiedAtMs: found.LastModified?.getTime() ?? 0,
        };
      } catch (error) {
        if (statusOf(error) === NOT_FOUND) return null;
        throw asUnavailable(error);
      }
    },

    /**
     * The whole object; null: no such object.
     * @throws CodedError PAYLOAD_TOO_LARGE when it holds more than `mostBytes`
     */
    async read(key: string, mostBytes: number, signal?: AbortSignal): Promise<Buffer | null> {
      try {
        const { Body, ContentLength = 0 } = await client.send(
          new GetObjectCommand({ Bucket, Key: key }),
          signal ? { abortSignal: signal } : {},
        );
        if (ContentLength > mostBytes) {
          await Body?.transformToWebStream().cancel();
          throw new CodedError('PAYLOAD_TOO_LARGE');
        }
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      } catch (error) {
        if (error instanceof CodedError) throw error;
        if (statusOf(error) === NOT_FOUND) return null;
        throw asUnavailable(error);
      }
    },

    /** Writes an object unless it exists. @returns exists: it does, and is unchanged */
    async putOnce(
      key: string,
      body: Uint8Array,
      contentType: string,
      signal?: AbortSignal,
    ): Promise<'written' | 'exists'> {
      const command = new PutObjectCommand({
        Bucket,
        Key: key,
        Body: body,
        ContentLength: body.byteLength,
        ContentType: contentType,
        IfNoneMatch: '*',
      });
      try {
        await client.send(command, signal ? { abortSignal: signal } : {});
        return 'written';
      } catch (error) {
        if (statusOf(error) === PRECONDITION_FAILED) return 'exists';
        throw asUnavailable(error);
      }
    },

    /** Idempotent: removing an absent object succeeds. */
    async remove(key: string): Promise<void> {
      try {
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }));
      } catch (error) {
        if (statusOf(error) !== NOT_FOUND) throw asUnavailable(error);
      }
    },

    /** One page of keys, in order. `after`: `next` of the previous page. */
    async list(
      prefix: string,
      after: string | null,
      limit = LIST_PAGE,
    ): Promise<{ objects: ListedObject[]; next: string | null }> {
      try {
        const found = await client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: prefix,
            MaxKeys: limit,
            ...(after === null ? {} : { ContinuationToken: after }),
          }),
        );
        const objects = (found.Contents ?? []).map(({ Key = '', Size = 0, LastModified }) => ({
          key: Key,
          size: Size,
          modifiedAtMs: LastModified?.getTime() ?? 0,
        }));
        return { objects, next: (found.IsTruncated && found.NextContinuationToken) || null };
      } catch (error) {
        throw asUnavailable(error);
      }
    },

    /**
     * URL that gives its holder the object for `seconds`, as a download and never as a page; with temporary credentials no longer than these
     * are valid. `expiresAtMs`: when it stops working, ms since 1970.
     */
    async presignGet(
      key: string,
      options: { seconds: number; fileName: string; contentType: string },
    ): Promise<{ url: string; expiresAtMs: number }> {
      const { seconds, fileName, contentType } = options;
      const command = new GetObjectCommand({
        Bucket,
        Key: key,
        ResponseContentType: contentType,
        ResponseContentDisposition: `attachment; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
        ResponseCacheControl: 'private, max-age=60',
      });
      const signingDate = new Date();
      const url = await getSignedUrl(outside, command, { expiresIn: seconds, signingDate });
      return { url, expiresAtMs: signatureEndMs(await credentials(), signingDate.getTime(), seconds) };
    },

    /** Creates the bucket unless it exists. @returns whether it was created */
    async ensureBucket(): Promise<boolean> {
      try {
        await client.send(new HeadBucketCommand({ Bucket }));
        return false;
      } catch (error) {
        if (statusOf(error) !== NOT_FOUND) throw asUnavailable(error);
      }
      try {
        await client.send(new CreateBucketCommand({ Bucket }));
        return true;
      } catch (error) {
        const { name } = error as Error;
        if (name === 'BucketAlreadyOwnedByYou' || name === 'BucketAlreadyExists') return false;
        throw asUnavailable(error);
      }
    },

    /** Lets pages of any origin send forms and read the response: the form itself says what may be uploaded. */
    async allowPages(): Promise<void> {
      const rule = {
        AllowedOrigins: ['*'],
        AllowedMethods: ['GET', 'HEAD', 'POST'],
        AllowedHeaders: ['*'],
        MaxAgeSeconds: 3600,
      };
      try {
        await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
      } catch (error) {
        throw asUnavailable(error);
      }
    },

    /** Checks that the server answers. */
    async ping(): Promise<void> {
      try {
        await client.send(new HeadBucketCommand({ Bucket }));
      } catch (error) {
        throw asUnavailable(error);
      }
    },

    close(): void {
      client.destroy();
      outside.destroy();
    },
  };
}

export type ObjectStore = ReturnType<typeof openObjectStore>;
