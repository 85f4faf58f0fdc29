import { hostname } from 'node:os';
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
import { parseS3 } from './s3-settings.ts';
import { SHARED_VARIABLES, type SharedValues } from './shared-variables.ts';
import type { ValuesOf, Variable, VariableTable } from './variable.ts';
import { DEVELOPMENT_ONLY, VARIABLE_NAMES, type VariableName } from './variable-names.ts';

/** Configuration that every process reads from its environment: parsed once, checked across fields, frozen. */
export interface Config {
  readonly production: boolean;
  readonly region: RegionId;
  /** Unique name of the process; the gateway's id, the worker's consumer name. */
  readonly process: GatewayId;
  readonly host: string;
  readonly port: number;
  readonly innerPort: number;
  readonly redisLogUrl: string;
  readonly redisStateUrl: string;
  readonly redisCacheUrl: string;
  readonly mongodbUri: string;
  readonly mongoCommandTimes: boolean;
  /** undefined: documents are disabled. */
  readonly s3: S3Settings | undefined;
  readonly tokenKeysFile: string | undefined;
  readonly clockMapping: ClockMapping | undefined;
  readonly fixShards: number;
  readonly searchFreshMs: number;
  readonly flushFixes: number;
  readonly flushMs: number;
  readonly bufferFixes: number;
  readonly searchBudgetMs: number;
  /** Steps of the silence of a driver on a trip, domain ms, each at least the one before. */
  readonly silence: {
    readonly silentMs: number;
    readonly reassignMs: number;
    readonly riderEndsMs: number;
    readonly endsMs: number;
  };
  readonly shedLagMs: number;
  /** Accepted in this region. */
  readonly documentTypes: readonly DocumentType[];
  /** A driver without one of these is not offered trips. */
  readonly requiredDocuments: readonly DocumentType[];
  readonly documentsPerMinute: number;
  readonly retentionDays: number;
  readonly allowedOrigins: readonly string[];
  readonly logLevel: SharedValues['RIDELINE_LOG_LEVEL'];
  readonly shutdownMs: number;
}

/** The variables of one process, and the settings parsed from them. */
export interface ConfigPart<Settings extends object> {
  readonly variables: VariableTable;
  readonly parse: (values: Readonly<Record<string, unknown>>, faults: string[]) => Settings;
}

/** @param parse adds faults across fields to `faults` */
export function configPart<const Table extends VariableTable, Settings extends object>(
  variables: Table,
  parse: (values: ValuesOf<Table>, faults: string[]) => Settings,
): ConfigPart<Settings> {
  // loadConfig returns the output of the table's schemas.
  return { variables, parse: parse as unknown as ConfigPart<Settings>['parse'] };
}

/** Collects every fault of the environment, so that one start reports all of them. */
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

type Parts = readonly ConfigPart<object>[];

function tableOf(parts: Parts): [VariableName, Variable][] {
  const tables: VariableTable[] = [SHARED_VARIABLES, ...parts.map(({ variables }) => variables)];
  return tables.flatMap((table) => Object.entries(table)) as [VariableName, Variable][];
}

function parseVariables(env: NodeJS.ProcessEnv, parts: Parts, faults: string[]): Record<string, unknown> {
  const parsed: Record<string, unknown> = {};
  for (const [name, { schema }] of tableOf(parts)) {
    const given = env[name];
    const result = schema.safeParse(given === '' ? undefined : given);
    if (result.success) parsed[name] = result.data;
    else faults.push(`${name}: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  const known = new Set<string>(VARIABLE_NAMES);
  for (const name of Object.keys(env)) {
    if (name.startsWith('RIDELINE_') && !known.has(name)) faults.push(`${name}: no such variable`);
  }
  return parsed;
}

function parseDocumentTypes(
  name: 'RIDELINE_DOCUMENT_TYPES' | 'RIDELINE_REQUIRED_DOCUMENTS',
  given: readonly string[],
  faults: string[],
): readonly DocumentType[] {
  for (const one of given.filter((type) => !(DOCUMENT_TYPE_NAMES as readonly string[]).includes(type)))
    faults.push(`${name}: unknown type "${one}" (known: ${DOCUMENT_TYPE_NAMES.join(', ')})`);
  return DOCUMENT_TYPE_NAMES.filter((type) => given.includes(type));
}

/** Document types accepted in the region, and those that a driver needs. */
function parseDocuments(env: SharedValues, faults: string[]) {
  const { RIDELINE_DOCUMENT_TYPES: accepted, RIDELINE_REQUIRED_DOCUMENTS: required } = env;
  const documentTypes =
    accepted.length === 0
      ? DOCUMENT_TYPE_NAMES
      : parseDocumentTypes('RIDELINE_DOCUMENT_TYPES', accepted, faults);
  const requiredDocuments = parseDocumentTypes('RIDELINE_REQUIRED_DOCUMENTS', required, faults);
  for (const type of requiredDocuments) {
    if (!documentTypes.includes(type) || !documentTypeEntry(type).roles.includes('driver'))
      faults.push(
        `RIDELINE_REQUIRED_DOCUMENTS: "${type}" is required, but drivers cannot upload it in this region`,
      );
  }
  return { documentTypes, requiredDocuments };
}

function parseSilence(values: SharedValues, faults: string[]): Config['silence'] {
  const silence = {
    silentMs: values.RIDELINE_DRIVER_SILENT_MS,
    reassignMs: values.RIDELINE_DRIVER_SILENT_REASSIGN_MS,
    riderEndsMs: values.RIDELINE_DRIVER_SILENT_RIDER_ENDS_MS,
    endsMs: values.RIDELINE_DRIVER_SILENT_ENDS_MS,
  };
  if (silence.reassignMs < silence.silentMs)
    faults.push('RIDELINE_DRIVER_SILENT_REASSIGN_MS: must be at least RIDELINE_DRIVER_SILENT_MS');
  if (silence.riderEndsMs < silence.silentMs)
    faults.push('RIDELINE_DRIVER_SILENT_RIDER_ENDS_MS: must be at least RIDELINE_DRIVER_SILENT_MS');
  if (silence.endsMs < silence.riderEndsMs)
    faults.push('RIDELINE_DRIVER_SILENT_ENDS_MS: must be at least RIDELINE_DRIVER_SILENT_RIDER_ENDS_MS');
  return silence;
}

function parseClock(mapping: string | undefined, faults: string[]): ClockMapping | undefined {
  if (mapping === undefined) return undefined;
  try {
    return parseClockMapping(mapping);
  } catch (error) {
    faults.push(`RIDELINE_DOMAIN_CLOCK: ${(error as Error).message}`);
    return undefined;
  }
}

function checkProduction(env: NodeJS.ProcessEnv, values: Record<string, unknown>, faults: string[]): void {
  if (values.RIDELINE_ENV !== 'production') return;
  for (const name of DEVELOPMENT_ONLY) {
    if ((env[name] ?? '') !== '') faults.push(`${name}: for development only`);
  }
  if (values.RIDELINE_TOKEN_KEYS_FILE === undefined)
    faults.push('RIDELINE_TOKEN_KEYS_FILE: required in production');
}

const ID_LENGTH = 64;

/** The kind of process and its host: in containers every process id is 1. */
const defaultId = (role: string) =>
  `${role}-${hostname()}`.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, ID_LENGTH);

function parseShared(values: SharedValues, role: string, faults: string[]): Config {
  return {
    production: values.RIDELINE_ENV === 'production',
    region: regionIdSchema.parse(values.RIDELINE_REGION),
    process: gatewayIdSchema.parse(values.RIDELINE_PROCESS ?? defaultId(role)),
    host: values.RIDELINE_HOST,
    port: values.RIDELINE_PORT,
    innerPort: values.RIDELINE_INNER_PORT,
    redisLogUrl: values.REDIS_LOG_URL,
    redisStateUrl: values.REDIS_STATE_URL,
    redisCacheUrl: values.REDIS_CACHE_URL,
    mongodbUri: values.MONGODB_URI,
    mongoCommandTimes: values.RIDELINE_MONGO_COMMAND_TIMES === 'on',
    s3: parseS3(values, faults),
    tokenKeysFile: values.RIDELINE_TOKEN_KEYS_FILE,
    clockMapping: parseClock(values.RIDELINE_DOMAIN_CLOCK, faults),
    fixShards: values.RIDELINE_FIX_SHARDS,
    searchFreshMs: values.RIDELINE_SEARCH_FRESH_MS,
    flushFixes: values.RIDELINE_FLUSH_FIXES,
    flushMs: values.RIDELINE_FLUSH_MS,
    bufferFixes: values.RIDELINE_BUFFER_FIXES,
    searchBudgetMs: values.RIDELINE_SEARCH_BUDGET_MS,
    silence: parseSilence(values, faults),
    shedLagMs: values.RIDELINE_SHED_LAG_MS,
    ...parseDocuments(values, faults),
    documentsPerMinute: values.RIDELINE_DOCUMENTS_PER_MINUTE,
    retentionDays: values.RIDELINE_RETENTION_DAYS,
    // A browser leaves the scheme's default port out.
    allowedOrigins: values.RIDELINE_ALLOWED_ORIGINS.map((origin) =>
      /^https?:/.test(origin) && URL.canParse(origin) ? new URL(origin).origin : origin,
    ),
    logLevel: values.RIDELINE_LOG_LEVEL,
    shutdownMs: values.RIDELINE_SHUTDOWN_MS,
  };
}

type Together<Settings extends readonly object[]> = Settings extends readonly [
  infer First extends object,
  ...infer Rest extends object[],
]
  ? First & Together<Rest>
  : object;

/**
 * Parses the environment: the shared variables, and those of `parts`. `role` is the default name of the process.
 * @throws ConfigError with every fault found
 */
export function loadConfig<Settings extends object[]>(
  env: NodeJS.ProcessEnv,
  role: string,
  ...parts: { [Index in keyof Settings]: ConfigPart<Settings[Index]> }
): Config & Together<Settings> {
  const faults: string[] = [];
  const values = parseVariables(env, parts, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  // Parsed by the table that the type is derived from.
  const shared = parseShared(values as unknown as SharedValues, role, faults);
  const own = parts.map(({ parse }) => parse(values, faults));
  checkProduction(env, values, faults);
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(Object.assign({}, shared, ...own)) as Config & Together<Settings>;
}

export function clockFromConfig(config: Config): Clock {
  return config.clockMapping ? mappedClock(config.clockMapping) : systemClock;
}

/** `NAME=value` lines of every variable in force; secrets only as `(set)`. */
export function describeEnvironment(env: NodeJS.ProcessEnv, ...parts: Parts): string[] {
  const values = parseVariables(env, parts, []);
  return tableOf(parts).map(([name, { secret }]) => {
    const value = values[name];
    if (value === undefined) return `${name}: (not set)`;
    const shown = secret ? '(set)' : String(value);
    return `${name}=${shown}${env[name] ? '' : '  (default)'}`;
  });
}
