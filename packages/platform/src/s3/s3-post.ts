import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import type { S3Settings } from './object-store.ts';
import { openS3Credentials, signatureEndMs } from './s3-credentials.ts';

/** What one form allows: one object of exactly this key, size, type and content. */
export interface PostGrant {
  readonly key: string;
  /** Bytes, exactly. */
  readonly size: number;
  readonly contentType: string;
  /** Base64. */
  readonly sha256: string;
  /** Names in lower case, without `x-amz-meta-`. */
  readonly meta: Readonly<Record<string, string>>;
  readonly seconds: number;
}

/** What a client posts. */
export interface PostForm {
  readonly url: string;
  /** Sent before the file. */
  readonly fields: Record<string, string>;
}

export interface SignedPost extends PostForm {
  /** Ms since 1970 at which it stops working: the end of the grant, or of temporary credentials if that is earlier. */
  readonly expiresAtMs: number;
}

/** The form's fields that are conditions too, in the order in which they are signed. */
export function postFields({ contentType, sha256, meta }: PostGrant): Record<string, string> {
  return {
    'Content-Type': contentType,
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': sha256,
    ...Object.fromEntries(Object.entries(meta).map(([name, value]) => [`x-amz-meta-${name}`, value])),
  };
}

const hmac = (key: string | Buffer | KeyObject, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** AWS signature version 4: a key for each secret, day, region and service. */
function signingKey(secretAccessKey: string, day: string, region: string): KeyObject {
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, day), region), 's3'), 'aws4_request');
  // createHmac with a Buffer creates a KeyObject at each call: 10 µs a form.
  return createSecretKey(key);
}

function isoSecond(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** @throws CodedError UNAVAILABLE when there are no credentials */
export type PostSigner = (grant: PostGrant, nowMs: number) => Promise<SignedPost>;

/**
 * Signs POST forms (POST policy, signature version 4) with the credentials in force. Signing sends nothing to the S3 server: a form costs CPU
 * only. URL and fields are, byte for byte, those of `createPresignedPost` of @aws-sdk/s3-presigned-post (a test compares them), at a fifth of its
 * CPU: the SDK resolves the endpoint again for each form (decision 0139).
 */
export function createPostSigner(
  settings: S3Settings,
  credentials = openS3Credentials(settings),
): PostSigner {
  const { publicEndpoint, region, bucket } = settings;
  const url = `${publicEndpoint.replace(/\/+$/, '')}/${bucket}`;
  let signing: { day: string; secret: string; key: KeyObject } | null = null;
  return async (grant, nowMs) => {
    const signedWith = await credentials();
    const { accessKeyId, secretAccessKey: secret, sessionToken } = signedWith;
    const amzDate = isoSecond(nowMs).replaceAll(/[-:]/g, '');
    const day = amzDate.slice(0, 8);
    if (signing?.day !== day || signing.secret !== secret)
      signing = { day, secret, key: signingKey(secret, day, region) };
    const fields: Record<string, string> = {
      ...postFields(grant),
      bucket,
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': `${accessKeyId}/${day}/${region}/s3/aws4_request`,
      'X-Amz-Date': amzDate,
      ...(sessionToken ? { 'X-Amz-Security-Token': sessionToken } : {}),
    };
    const { key, size, seconds } = grant;
    const conditions = [
      ['content-length-range', size, size],
      ...Object.entries(fields).map(([name, value]) => ({ [name]: value })),
      { key },
    ];
    const policy = JSON.stringify({ expiration: isoSecond(nowMs + seconds * 1000), conditions });
    const encoded = Buffer.from(policy).toString('base64');
    const signature = hmac(signing.key, encoded).toString('hex');
    return {
      url,
      fields: { ...fields, key, Policy: encoded, 'X-Amz-Signature': signature },
      expiresAtMs: signatureEndMs(signedWith, nowMs, seconds),
    };
  };
}
