import { ConfigError, loadConfig } from '@rideline/platform/config/config';
import { ensureOperator, ensureTokenKeys } from './development-keys.ts';
import { LaunchError } from './launch-error.ts';
import type { BuiltPages } from './page-builds.ts';
import { OPERATOR_FILE, TOKEN_KEYS_FILE } from './paths.ts';
import { PROCESS_CONFIGS } from './process-configs.ts';
import type { ManagedServer, ServerName } from './servers/managed-server.ts';
import { s3Settings } from './servers/s3.ts';

const VARIABLE_OF: Readonly<Partial<Record<ServerName, string>>> = {
  'redis-log': 'REDIS_LOG_URL',
  'redis-state': 'REDIS_STATE_URL',
  'redis-cache': 'REDIS_CACHE_URL',
  mongo: 'MONGODB_URI',
};

/**
 * Checks the environment before anything is started, with the processes' own parser.
 * @throws LaunchError that names every error
 */
export function checkProcessEnvironment(env: NodeJS.ProcessEnv): void {
  try {
    loadConfig(env, 'launcher', ...PROCESS_CONFIGS);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [first = '', ...rest] = error.faults;
    const more = rest.length > 0 ? ` (and ${rest.join('; ')})` : '';
    throw new LaunchError(
      `the environment is wrong: ${first}${more}`,
      'Unset or correct it; ./rideline check-config shows all',
    );
  }
}

/** Address and keys of the object store; no keys where the AWS SDK's credential chain is used. */
function s3Environment(address: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const { endpoint, publicEndpoint, accessKeyId, secretAccessKey, bucket, region } = s3Settings(address, env);
  return {
    S3_ENDPOINT: endpoint,
    S3_PUBLIC_ENDPOINT: publicEndpoint,
    ...(accessKeyId && secretAccessKey
      ? { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey }
      : {}),
    S3_BUCKET: bucket,
    S3_REGION: region,
  };
}

/**
 * The variables that all processes share. `extra` overrides everything; the processes inherit the launcher's own RIDELINE_*
 * variables.
 */
export function sharedEnvironment(
  servers: readonly ManagedServer[],
  pages: BuiltPages | null,
  extra: Readonly<Record<string, string>>,
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { name, address } of servers) {
    const variable = VARIABLE_OF[name];
    if (variable) env[variable] = address;
    if (name === 's3') Object.assign(env, s3Environment(address, { ...process.env, ...extra }));
  }
  env.RIDELINE_TOKEN_KEYS_FILE = process.env.RIDELINE_TOKEN_KEYS_FILE ?? ensureTokenKeys(TOKEN_KEYS_FILE);
  const operator = ensureOperator(OPERATOR_FILE);
  env.RIDELINE_OPERATOR_NAME = process.env.RIDELINE_OPERATOR_NAME ?? operator.name;
  env.RIDELINE_OPERATOR_PASSWORD = process.env.RIDELINE_OPERATOR_PASSWORD ?? operator.password;
  if (pages?.dashboardDir) env.RIDELINE_DASHBOARD_DIR = pages.dashboardDir;
  if (pages?.appsDir) env.RIDELINE_APPS_DIR = pages.appsDir;
  return { ...env, ...extra };
}
