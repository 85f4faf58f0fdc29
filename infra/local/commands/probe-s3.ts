import { openObjectStore, type S3Settings } from '@rideline/platform/s3/object-store';
import { probeS3 } from '@rideline/platform/s3/s3-probe';
import { parseOptions } from '../arguments.ts';
import { attachCluster } from '../cluster.ts';
import { LaunchError } from '../launch-error.ts';
import { CLUSTER_FILE } from '../paths.ts';
import { withoutPassword } from '../redact.ts';
import { s3Settings } from '../servers/s3.ts';

/** @throws LaunchError when the server does not respond, or the bucket cannot be used with these keys */
async function assertUsable(settings: S3Settings): Promise<void> {
  const store = openObjectStore(settings);
  try {
    await store.ping();
  } catch (error) {
    const { cause } = error as { cause?: Error };
    throw new LaunchError(
      `the bucket ${settings.bucket} cannot be used: ${cause?.name ?? ''} ${cause?.message ?? error}`,
      'Check that it exists, S3_ENDPOINT and the keys; ./rideline up creates it',
    );
  } finally {
    store.close();
  }
}

/** `probe-s3 [--json]`: checks what the S3 server enforces. Exit code 1 when it lacks something that documents need. */
export async function probeS3Command(args: readonly string[]): Promise<void> {
  const { values } = parseOptions(args, { json: { type: 'boolean' } });
  const cluster = attachCluster(CLUSTER_FILE);
  const env = process.env.S3_ENDPOINT ? process.env : { ...process.env, ...cluster?.env };
  const endpoint = env.S3_ENDPOINT;
  if (!endpoint)
    throw new LaunchError('there is no S3 server to check', 'Set S3_ENDPOINT, or start one: ./rideline up');
  const settings = s3Settings(endpoint, env);
  await assertUsable(settings);
  const results = await probeS3(settings, Date.now());
  if (values.json) console.log(JSON.stringify({ endpoint: withoutPassword(endpoint), results }, null, 2));
  else {
    console.log(`${withoutPassword(endpoint)}, bucket ${settings.bucket}:`);
    for (const { tried, needed, ok, answer } of results)
      console.log(`  ${(ok ? 'yes' : needed ? 'NO' : 'no').padEnd(4)} ${tried}  (${answer})`);
  }
  const lacking = results.filter(({ needed, ok }) => needed && !ok);
  if (lacking.length > 0) {
    console.error(
      `rideline: documents are not safe on this server: ${lacking.map(({ tried }) => tried).join('; ')}`,
    );
    process.exitCode = 1;
  }
}
