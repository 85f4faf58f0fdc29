import { createHash } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import type { Cluster } from '@rideline/infra/local/cluster';
import { createPostSigner, type PostGrant, postFields } from '@rideline/platform/s3/s3-post';
import type { TokenIssuer } from '../../cluster/token-issuer.ts';
import { cpuSince, programsOf, readCpu } from '../../process/process-cpu.ts';
import { type CallFigures, createCaller } from '../generator/api-caller.ts';
import { type Spread, spreadOf } from '../spread.ts';

/** Forms signed per second of this process's CPU. */
export interface SignerFigures {
  readonly ours: Spread;
  /** `createPresignedPost` of @aws-sdk/s3-presigned-post. */
  readonly sdk: Spread;
}

/** `POST /v1/documents` at one rate. */
export interface GrantStep extends Omit<CallFigures, 'bodies'> {
  /** CPU of each program per request, µs. */
  readonly cpuMicroseconds: Readonly<Record<string, number>>;
}

const settings = {
  endpoint: 'http://127.0.0.1:9000',
  publicEndpoint: 'http://127.0.0.1:9000',
  accessKeyId: 'bench',
  secretAccessKey: 'bench-secret',
  bucket: 'rideline',
  region: 'us-east-1',
};
const RUNS = 5;
/** Bytes of the announced files: photos as phones send them. The form's policy names the size. */
const SIZES = [200_000, 500_000, 1_700_000, 3_200_000];
const USERS = 500;

function grantOf(index: number): PostGrant {
  return {
    key: `quarantine/documents/u-${index}/insurance/1795246381334-0123456789abcdef01234567.jpg`,
    size: (SIZES[index % SIZES.length] as number) + index,
    contentType: 'image/jpeg',
    sha256: createHash('sha256').update(String(index)).digest('base64'),
    meta: { userid: `u-${index}`, documenttype: 'insurance', uploadedat: '2026-11-21T07:33:01.334Z' },
    seconds: 300,
  };
}

async function perCpuSecond(count: number, sign: (grant: PostGrant) => unknown): Promise<number> {
  const grants = Array.from({ length: count }, (_, index) => grantOf(index));
  const before = process.cpuUsage();
  for (const grant of grants) await sign(grant);
  const { user, system } = process.cpuUsage(before);
  return (count * 1_000_000) / (user + system);
}

/** Both signers in turn in this process, five runs each. */
export async function measureSigner(quick: boolean): Promise<SignerFigures> {
  const count = quick ? 4000 : 20_000;
  const signer = createPostSigner(settings);
  const { endpoint, region, accessKeyId, secretAccessKey, bucket: Bucket } = settings;
  const client = new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
  });
  const bySdk = (grant: PostGrant) =>
    createPresignedPost(client, {
      Bucket,
      Key: grant.key,
      Expires: grant.seconds,
      Conditions: [['content-length-range', grant.size, grant.size]],
      Fields: postFields(grant),
    });
  const ours: number[] = [];
  const sdk: number[] = [];
  const nowMs = Date.now();
  // The first run of each warms up and is not counted.
  for (let run = 0; run <= RUNS; run += 1) {
    const [mine, theirs] = [
      await perCpuSecond(count, (grant) => signer(grant, nowMs)),
      await perCpuSecond(count / 4, bySdk),
    ];
    if (run === 0) continue;
    ours.push(mine);
    sdk.push(theirs);
  }
  return { ours: spreadOf(ours), sdk: spreadOf(sdk) };
}

/** Requests forms at rising rates, at the API's own port, in each round up to the first rate that does not hold. */
export async function measureGrants(
  cluster: Cluster,
  issue: TokenIssuer,
  options: {
    rates: readonly number[];
    rounds: number;
    stepMs: number;
    rateHolds: (step: GrantStep) => boolean;
    onProgress: (line: string) => void;
  },
): Promise<GrantStep[]> {
  const tokens = await Promise.all(
    Array.from({ length: USERS }, (_, index) => issue('driver', `doc-${index}`)),
  );
  const caller = createCaller(apiUrl(cluster));
  const steps: GrantStep[] = [];
  const plan = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      path: '/v1/documents',
      token: tokens[index % USERS] as string,
      body: {
        type: 'insurance',
        size: SIZES[index % SIZES.length] as number,
        contentType: 'image/jpeg',
        sha256: createHash('sha256').update(String(index)).digest('hex'),
      },
    }));
  try {
    await caller.call(plan(300), 100);
    for (let round = 1; round <= options.rounds; round++) {
      for (const rate of options.rates) {
        options.onProgress(`grants, round ${round} of ${options.rounds}: ${rate}/s`);
        const step = await grantStep(cluster, () => caller.call(plan((rate * options.stepMs) / 1000), rate));
        steps.push(step);
        if (!options.rateHolds(step)) break;
      }
    }
  } finally {
    caller.close();
  }
  return steps;
}

async function grantStep(cluster: Cluster, run: () => Promise<CallFigures>): Promise<GrantStep> {
  const programs = programsOf(cluster);
  const before = readCpu(programs);
  const { bodies: _, ...figures } = await run();
  const used = cpuSince(readCpu(programs), before);
  const cpuMicroseconds = Object.fromEntries([...used].map(([name, cpu]) => [name, cpu / figures.sent]));
  return { ...figures, cpuMicroseconds };
}

/** The API's own port: HAProxy's cost is not in its figures. */
export function apiUrl(cluster: Cluster): string {
  const api = cluster.processes.find(({ role }) => role === 'api');
  if (api?.port === undefined) throw new Error('the cluster has no API');
  return `http://127.0.0.1:${api.port}`;
}
