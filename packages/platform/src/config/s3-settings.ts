import type { S3Settings } from '../s3/object-store.ts';
import type { SharedValues } from './shared-variables.ts';

/** Without static keys the AWS SDK's credential chain is used. @returns undefined without S3_ENDPOINT: documents are disabled */
export function parseS3(env: SharedValues, faults: string[]): S3Settings | undefined {
  const { S3_ENDPOINT: endpoint, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (endpoint === undefined) return undefined;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    faults.push(
      'S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY: set both, or neither for the AWS credential chain',
    );
    return undefined;
  }
  const publicEndpoint = env.S3_PUBLIC_ENDPOINT ?? endpoint;
  return {
    endpoint,
    publicEndpoint,
    accessKeyId,
    secretAccessKey,
    bucket: env.S3_BUCKET,
    region: env.S3_REGION,
  };
}
