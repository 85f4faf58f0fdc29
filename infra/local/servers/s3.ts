import { type ObjectStore, openObjectStore, type S3Settings } from '@rideline/platform/s3/object-store';
import { ensureS3Keys, type S3Keys } from '../development-keys.ts';
import { LaunchError } from '../launch-error.ts';
import { S3_KEYS_FILE, TOOLS_DIR } from '../paths.ts';
import { findProgram } from '../program-path.ts';
import { type Chosen, chooseServer, type ServerSource } from '../server-choice.ts';
import { claimData } from './data-owner.ts';
import type { PlanContext, ServerPlan } from './managed-server.ts';
import { ensureS3proxyJar, S3PROXY_CANNOT, s3proxySpec } from './s3proxy.ts';
import { VERSITYGW_CANNOT, versitygwSpec } from './versitygw.ts';

const DEFAULT_REGION = 'us-east-1';
const DEFAULT_BUCKET = 'rideline';

function givenKeys({ S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY }: PlanContext['env']): S3Keys | null {
  if (!S3_ACCESS_KEY_ID || !S3_SECRET_ACCESS_KEY) return null;
  return { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY };
}

/** The root keys of an S3 server that the launcher starts. */
function rootKeys(env: PlanContext['env']): S3Keys {
  return givenKeys(env) ?? ensureS3Keys(S3_KEYS_FILE);
}

/**
 * Settings for the S3 server at `endpoint`, with the keys of the environment. Without keys: the AWS SDK's credential chain for a server that
 * S3_ENDPOINT names, the generated root keys for one that the launcher starts.
 */
export function s3Settings(endpoint: string, env: PlanContext['env']): S3Settings {
  const keys = env.S3_ENDPOINT ? givenKeys(env) : rootKeys(env);
  return {
    endpoint,
    publicEndpoint: env.S3_PUBLIC_ENDPOINT || endpoint,
    bucket: env.S3_BUCKET || DEFAULT_BUCKET,
    region: env.S3_REGION || DEFAULT_REGION,
    ...keys,
  };
}

/** @throws LaunchError when the server refuses the keys, or the bucket cannot be created */
async function createBucket(
  settings: S3Settings,
  then?: (store: ObjectStore) => Promise<void>,
): Promise<void> {
  const store = openObjectStore(settings);
  try {
    await store.ensureBucket();
    await then?.(store);
  } catch (error) {
    const { cause } = error as { cause?: Error };
    throw new LaunchError(
      `the bucket ${settings.bucket} cannot be used at ${settings.endpoint}: ${cause?.message ?? error}`,
      'Check S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY and S3_BUCKET',
    );
  } finally {
    store.close();
  }
}

async function planVersitygw(program: string, context: PlanContext): Promise<ServerPlan> {
  claimData(context.dataDir, 's3', 'versitygw');
  const [port = 0] = await context.ports('s3', 1);
  const address = `http://127.0.0.1:${port}`;
  const settings = s3Settings(address, context.env);
  const { dataDir } = context;
  return {
    address,
    daemons: [
      versitygwSpec({ program, port, dataDir, keys: rootKeys(context.env), region: settings.region }),
    ],
    cannot: VERSITYGW_CANNOT,
    // S3Proxy gets the same setting by its properties.
    afterStart: () => createBucket(settings, (store) => store.allowPages()),
  };
}

async function planS3proxy(context: PlanContext): Promise<ServerPlan> {
  claimData(context.dataDir, 's3', 's3proxy');
  const { dataDir, onProgress } = context;
  const jar = await ensureS3proxyJar(TOOLS_DIR, onProgress);
  const [port = 0] = await context.ports('s3', 1);
  const address = `http://127.0.0.1:${port}`;
  const settings = s3Settings(address, context.env);
  return {
    address,
    daemons: [await s3proxySpec({ jar, port, dataDir, keys: rootKeys(context.env), onProgress })],
    cannot: S3PROXY_CANNOT,
    afterStart: () => createBucket(settings),
  };
}

/** In order: S3_ENDPOINT, `versitygw` on the PATH, S3Proxy by Maven. */
export function s3Sources(context: PlanContext): ServerSource<ServerPlan>[] {
  const { env } = context;
  return [
    {
      kind: 'environment',
      describes: 'S3_ENDPOINT',
      find: async () => {
        const address = env.S3_ENDPOINT;
        if (!address) return null;
        return { address, daemons: [], afterStart: () => createBucket(s3Settings(address, env)) };
      },
    },
    {
      kind: 'path',
      describes: 'versitygw on the PATH',
      find: async () => {
        const program = findProgram('versitygw');
        return program ? planVersitygw(program, context) : null;
      },
    },
    { kind: 'package', describes: 'S3Proxy by Maven', find: () => planS3proxy(context) },
  ];
}

export async function planS3(context: PlanContext): Promise<Chosen<ServerPlan>> {
  const chosen = await chooseServer(s3Sources(context));
  if (!chosen) throw new LaunchError('there is no S3 server', 'Set S3_ENDPOINT');
  return chosen;
}
