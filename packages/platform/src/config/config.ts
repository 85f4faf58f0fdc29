import {
  DOCUMENT_TYPE_NAMES,
  type DocumentType,
  documentTypeEntry,
  type GatewayId,
  gatewayIdSchema,
  type RegionId,
  regionIdSchema,
} from '@rideline/contract';
import {
  type Clock,
  type ClockMapping,
  mappedClock,
  parseClockMapping,
  systemClock,
} from '../process/clock.ts';
import type { S3Settings } from '../s3/object-store.ts';
import {
  ENVIRONMENT,
  type Environment,
  isDevelopmentOnly,
  isSecret,
  type VariableName,
} from './environment.ts';
import { type PushSettings, parsePush } from './push-settings.ts';
import { parseS3 } from './s3-settings.ts';

export const WORKER_ROLES = [
  'history',
  'matching',
  'relay',
  'sweepers',
  'notifications',
  'documents',
] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

/** What a process was told by its environment: parsed once, checked across fields, frozen. */
export interface Config {
  readonly production: boolean;
  readonly region: RegionId;
  /** Unique name of the process; the gateway's id, the worker's consumer name. */
  readonly process: GatewayId;
  readonly host: string;
  readonly port: number;
  readonly innerPort: number;
  readonly roles: readonly WorkerRole[];
  readonly redisLogUrl: string;
  readonly redisStateUrl: string;
  readonly redisCacheUrl: string;
  readonly mongodbUri: string;
  /** undefined: there are no documents. */
  readonly s3: S3Settings | undefined;
  readonly tokenKeysFile: string | undefined;
  readonly clockMapping: ClockMapping | undefined;
  readonly fixShards: number;
  readonly searchFreshMs: number;
  readonly flushFixes: number;
  readonly flushMs: number;
  readonly bufferFixes: number;
  readonly liveIndexMs: number;
  readonly ackIntervalMs: number;
  readonly historyBlockMs: number;
  readonly searchBudgetMs: number;
  readonly matchTickMs: number;
  /** Where and how times by road are asked for; undefined: crow-fly. */
  readonly eta: { readonly url: string; readonly kind: Environment['RIDELINE_ETA_KIND'] } | undefined;
  readonly push: readonly PushSettings[];
  readonly pushTimeoutMs: number;
  readonly searchCacheMs: number;
  readonly breakerOpenMs: number;
  readonly shedLagMs: number;
  /** Points a minute of the limits that the environment sets. */
  readonly requestLimits: { readonly standard: number; readonly critical: number; readonly upload: number };
  /** Taken in this region. */
  readonly documentTypes: readonly DocumentType[];
  /** Without which a driver is not offered trips. */
  readonly requiredDocuments: readonly DocumentType[];
  readonly bucketEventSecret: string | undefined;
  readonly documentsPerMinute: number;
  readonly documentCheckers: number;
  readonly clamd: { readonly host: string; readonly port: number } | undefined;
  readonly retentionDays: number;
  readonly maxConnections: number;
  readonly allowedOrigins: readonly string[];
  readonly logLevel: Environment['RIDELINE_LOG_LEVEL'];
  readonly dashboardDir: string | undefined;
  readonly demoOperator: { readonly name: string; readonly password: string } | undefined;
  readonly shutdownMs: number;
}

/** Every fault of the environment at once, so that one start tells all. */
export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      `the configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n  ${faults.join('\n  ')}`,
    );
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

function parseVariables(env: NodeJS.ProcessEnv, faults: string[]): Environment {
  const parsed: Record<string, unknown> = {};
  for (const name of Object.keys(ENVIRONMENT) as VariableName[]) {
    const given = env[name];
    const result = ENVIRONMENT[name].schema.safeParse(given === '' ? undefined : given);
    if (result.success) parsed[name] = result.data;
    else faults.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  for (const name of Object.keys(env)) {
    if (name.startsWith('RIDELINE_') && !(name in ENVIRONMENT)) faults.push(`${name}: no such variable`);
  }
  return parsed as Environment;
}

function parseRoles(csv: string, faults: string[]): WorkerRole[] {
  const roles: WorkerRole[] = [];
  for (const part of csv.split(',').map((role) => role.trim())) {
    const role = WORKER_ROLES.find((known) => known === part);
    if (role) roles.push(role);
    else faults.push(`RIDELINE_ROLES: no role "${part}" (there are ${WORKER_ROLES.join(', ')})`);
  }
  return roles;
}

function parseDocumentTypes(
  name: 'RIDELINE_DOCUMENT_TYPES' | 'RIDELINE_REQUIRED_DOCUMENTS',
  given: readonly string[],
  faults: string[],
): readonly DocumentType[] {
  for (const one of given.filter((type) => !(DOCUMENT_TYPE_NAMES as readonly string[]).includes(type)))
    faults.push(`${name}: no type "${one}" (there are ${DOCUMENT_TYPE_NAMES.join(', ')})`);
  return DOCUMENT_TYPE_NAMES.filter((type) => given.includes(type));
}

/** Which documents are taken in the region, and which of them a driver has to have. */
function parseDocuments(env: Environment, faults: string[]) {
  const { RIDELINE_DOCUMENT_TYPES: taken, RIDELINE_REQUIRED_DOCUMENTS: required } = env;
  const documentTypes =
    taken.length === 0 ? DOCUMENT_TYPE_NAMES : parseDocumentTypes('RIDELINE_DOCUMENT_TYPES', taken, faults);
  const requiredDocuments = parseDocumentTypes('RIDELINE_REQUIRED_DOCUMENTS', required, faults);
  for (const type of requiredDocuments) {
    if (!documentTypes.includes(type) || !documentTypeEntry(type).roles.includes('driver'))
      faults.push(`RIDELINE_REQUIRED_DOCUMENTS: no driver can hand in "${type}" in this region`);
  }
  return { documentTypes, requiredDocuments };
}

function parseAddress(text: string | undefined): { host: string; port: number } | undefined {
  const [host = '', port] = (text ?? '').split(':');
  return text === undefined ? undefined : { host, port: Number(port) };
}

function parseClock(text: string | undefined, faults: string[]): ClockMapping | undefined {
  if (text === undefined) return undefined;
  try {
    return parseClockMapping(text);
  } catch (error) {
    faults.push(`RIDELINE_DOMAIN_CLOCK: ${(error as Error).message}`);
    return undefined;
  }
}

function checkProduction(env: Environment, faults: string[]): void {
  if (env.RIDELINE_ENV !== 'production') return;
  for (const name of Object.keys(ENVIRONMENT) as VariableName[]) {
    if (isDevelopmentOnly(name) && env[name] !== undefined) faults.push(`${name}: for development only`);
  }
  if (env.RIDELINE_TOKEN_KEYS_FILE === undefined)
    faults.push('RIDELINE_TOKEN_KEYS_FILE: needed in production');
}

/**
 * Parses the environment. `role` is the default name of the process.
 * @throws ConfigError with every fault found
 */
export function loadConfig(env: NodeJS.ProcessEnv, role: string): Config {
  const faults: string[] = [];
  const variables = parseVariables(env, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  const roles = parseRoles(variables.RIDELINE_ROLES, faults);
  const clockMapping = parseClock(variables.RIDELINE_DOMAIN_CLOCK, faults);
  const push = parsePush(variables, faults);
  const s3 = parseS3(variables, faults);
  const documents = parseDocuments(variables, faults);
  checkProduction(variables, faults);
  const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = variables;
  if ((name === undefined) !== (password === undefined)) {
    faults.push('RIDELINE_OPERATOR_NAME and RIDELINE_OPERATOR_PASSWORD: give both or none');
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze({
    production: variables.RIDELINE_ENV === 'production',
    region: regionIdSchema.parse(variables.RIDELINE_REGION),
    process: gatewayIdSchema.parse(variables.RIDELINE_PROCESS ?? `${role}-${process.pid}`),
    host: variables.RIDELINE_HOST,
    port: variables.RIDELINE_PORT,
    innerPort: variables.RIDELINE_INNER_PORT,
    roles,
    redisLogUrl: variables.REDIS_LOG_URL,
    redisStateUrl: variables.REDIS_STATE_URL,
    redisCacheUrl: variables.REDIS_CACHE_URL,
    mongodbUri: variables.MONGODB_URI,
    s3,
    tokenKeysFile: variables.RIDELINE_TOKEN_KEYS_FILE,
    clockMapping,
    fixShards: variables.RIDELINE_FIX_SHARDS,
    searchFreshMs: variables.RIDELINE_SEARCH_FRESH_MS,
    flushFixes: variables.RIDELINE_FLUSH_FIXES,
    flushMs: variables.RIDELINE_FLUSH_MS,
    bufferFixes: variables.RIDELINE_BUFFER_FIXES,
    liveIndexMs: variables.RIDELINE_LIVE_INDEX_MS,
    ackIntervalMs: variables.RIDELINE_ACK_INTERVAL_MS,
    historyBlockMs: variables.RIDELINE_HISTORY_BLOCK_MS,
    searchBudgetMs: variables.RIDELINE_SEARCH_BUDGET_MS,
    matchTickMs: variables.RIDELINE_MATCH_TICK_MS,
    eta:
      variables.RIDELINE_ETA_URL === undefined
        ? undefined
        : { url: variables.RIDELINE_ETA_URL, kind: variables.RIDELINE_ETA_KIND },
    push,
    pushTimeoutMs: variables.RIDELINE_PUSH_TIMEOUT_MS,
    searchCacheMs: variables.RIDELINE_SEARCH_CACHE_MS,
    breakerOpenMs: variables.RIDELINE_BREAKER_OPEN_MS,
    shedLagMs: variables.RIDELINE_SHED_LAG_MS,
    requestLimits: {
      standard: variables.RIDELINE_LIMIT_STANDARD,
      critical: variables.RIDELINE_LIMIT_CRITICAL,
      upload: variables.RIDELINE_LIMIT_UPLOAD,
    },
    ...documents,
    bucketEventSecret: variables.RIDELINE_BUCKET_EVENT_SECRET,
    documentsPerMinute: variables.RIDELINE_DOCUMENTS_PER_MINUTE,
    clamd: parseAddress(variables.RIDELINE_CLAMD),
    documentCheckers: variables.RIDELINE_DOCUMENT_CHECKERS,
    retentionDays: variables.RIDELINE_RETENTION_DAYS,
    maxConnections: variables.RIDELINE_MAX_CONNECTIONS,
    allowedOrigins: variables.RIDELINE_ALLOWED_ORIGINS,
    logLevel: variables.RIDELINE_LOG_LEVEL,
    dashboardDir: variables.RIDELINE_DASHBOARD_DIR,
    demoOperator: name !== undefined && password !== undefined ? { name, password } : undefined,
    shutdownMs: variables.RIDELINE_SHUTDOWN_MS,
  });
}

export function clockFromConfig(config: Config): Clock {
  return config.clockMapping ? mappedClock(config.clockMapping) : systemClock;
}

/** `NAME=value` lines of every variable as it is in force; secrets only as `(set)`. */
export function describeEnvironment(env: NodeJS.ProcessEnv): string[] {
  const faults: string[] = [];
  const variables = parseVariables(env, faults);
  return (Object.keys(ENVIRONMENT) as VariableName[]).map((name) => {
    const value = variables[name];
    if (value === undefined) return `${name}: (not set)`;
    const shown = isSecret(name) ? '(set)' : String(value);
    return `${name}=${shown}${env[name] ? '' : '  (default)'}`;
  });
}
