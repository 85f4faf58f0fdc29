import { z } from 'zod';
import { CACHES } from '../cache/cache-table.ts';
import { REQUEST_LIMITS } from '../limits/request-limits.ts';

/**
 * Every environment variable that a process reads: schema, default, and what it is. The only place where one is named;
 * `docs/reference/environment.md` repeats it and a test compares the two. An unknown RIDELINE_* variable is an error, since a
 * misspelt limit would otherwise be silently absent.
 */
interface Variable {
  readonly schema: z.ZodType;
  readonly help: string;
  /** Printed as `(set)` by check-config, never its value. */
  readonly secret?: true;
  /** Refused when RIDELINE_ENV is production. */
  readonly developmentOnly?: true;
}

const text = z.string().min(1);
const port = z.coerce.number().int().min(0).max(65_535);
const positive = z.coerce.number().int().positive();

const list = z
  .string()
  .default('')
  .transform((csv) =>
    csv
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  );

export const ENVIRONMENT = {
  RIDELINE_ENV: {
    schema: z.enum(['development', 'production']).default('development'),
    help: 'production refuses development keys, a mapped clock and the demo operator',
  },
  RIDELINE_REGION: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .default('main'),
    help: 'the region this process serves; first part of every Redis key',
  },
  RIDELINE_PROCESS: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .optional(),
    help: 'unique name of the process: gateway id, consumer name; role and pid when absent',
  },
  RIDELINE_HOST: { schema: text.default('127.0.0.1'), help: 'address that the ports below bind' },
  RIDELINE_PORT: { schema: port.default(0), help: 'public port; 0 takes a free one' },
  RIDELINE_INNER_PORT: { schema: port.default(0), help: 'port of /health and /metrics, not for the public' },
  RIDELINE_ROLES: {
    schema: z.string().default('history,matching,relay,sweepers,notifications,documents'),
    help: 'roles of a workers process, comma separated: history, matching, relay, sweepers, notifications, documents',
  },
  REDIS_LOG_URL: {
    schema: text.default('redis://127.0.0.1:6379/0'),
    help: 'Redis of the fix streams (noeviction, AOF)',
    secret: true,
  },
  REDIS_STATE_URL: {
    schema: text.default('redis://127.0.0.1:6379/0'),
    help: 'Redis of live index, trips, leases (noeviction, AOF)',
    secret: true,
  },
  REDIS_CACHE_URL: {
    schema: text.default('redis://127.0.0.1:6379/0'),
    help: "Redis of caches, Socket.IO's channels, gateway inboxes (allkeys-lru)",
    secret: true,
  },
  MONGODB_URI: {
    schema: text.default('mongodb://127.0.0.1:27017/rideline'),
    help: 'the record: trips, tracks',
    secret: true,
  },
  S3_ENDPOINT: {
    schema: z.url().optional(),
    help: 'S3 server of the documents; without one there are no documents',
  },
  S3_PUBLIC_ENDPOINT: {
    schema: z.url().optional(),
    help: 'its address for phones and browsers; part of what is signed; S3_ENDPOINT when absent',
  },
  S3_BUCKET: { schema: text.default('rideline'), help: 'bucket of the documents' },
  S3_REGION: { schema: text.default('us-east-1'), help: 'region that the S3 server goes by' },
  S3_ACCESS_KEY_ID: {
    schema: text.optional(),
    help: "S3 access key; without keys the AWS SDK's credential chain is used",
    secret: true,
  },
  S3_SECRET_ACCESS_KEY: {
    schema: text.optional(),
    help: 'S3 secret key, set together with S3_ACCESS_KEY_ID',
    secret: true,
  },
  RIDELINE_TOKEN_KEYS_FILE: {
    schema: text.optional(),
    help: 'JSON file of the Ed25519 keys that sign and verify tokens',
  },
  RIDELINE_DOMAIN_CLOCK: {
    schema: text.optional(),
    help: '<wallMs>:<domainMs>:<rate>: maps a replayed time onto the present',
    developmentOnly: true,
  },
  RIDELINE_FIX_SHARDS: {
    schema: positive.max(64).default(4),
    help: 'fix streams of the region; stored in the log, a mismatch is an error',
  },
  RIDELINE_SEARCH_FRESH_MS: {
    schema: positive.default(60_000),
    help: 'domain ms after which a driver without a fix is not found any more',
  },
  RIDELINE_FLUSH_FIXES: { schema: positive.default(500), help: 'fixes after which a micro-batch is written' },
  RIDELINE_FLUSH_MS: {
    schema: positive.max(1000).default(5),
    help: 'ms after which a micro-batch is written',
  },
  RIDELINE_BUFFER_FIXES: {
    schema: positive.default(50_000),
    help: 'fixes a gateway holds for the log before it answers BUSY',
  },
  RIDELINE_LIVE_INDEX_MS: {
    schema: positive.max(10_000).default(250),
    help: 'interval of writes to the live index, ms',
  },
  RIDELINE_ACK_INTERVAL_MS: {
    schema: positive.max(60_000).default(5000),
    help: 'interval of location:ack, ms',
  },
  RIDELINE_HISTORY_BLOCK_MS: {
    schema: positive.max(30_000).default(5000),
    help: "longest wait of a driver's history block, ms",
  },
  RIDELINE_SEARCH_BUDGET_MS: {
    schema: positive.max(3_600_000).default(120_000),
    help: 'domain ms that a driver is looked for before a trip ends as no_drivers',
  },
  RIDELINE_MATCH_TICK_MS: {
    schema: positive.min(50).max(10_000).default(500),
    help: 'interval of matching, ms',
  },
  RIDELINE_ETA_URL: {
    schema: z.url().optional(),
    help: 'route engine that says how far drivers are from a pick-up; crow-fly at 4.5 m/s without one',
    secret: true,
  },
  RIDELINE_ETA_KIND: {
    schema: z.enum(['osrm', 'valhalla']).default('osrm'),
    help: "what the route engine speaks: OSRM's table service or Valhalla's sources_to_targets",
  },
  RIDELINE_PUSH: {
    schema: text.default('none'),
    help: 'push providers, comma separated: none, file, webhook, fcm, apns',
  },
  RIDELINE_PUSH_FILE: {
    schema: text.optional(),
    help: 'file: where a line of JSON is added for each push; for development',
  },
  RIDELINE_PUSH_WEBHOOK_URL: {
    schema: z.url().optional(),
    help: 'webhook: address that pushes are posted to',
    secret: true,
  },
  RIDELINE_PUSH_WEBHOOK_SECRET: {
    schema: text.min(16).optional(),
    help: 'webhook: key of the HMAC-SHA256 of its bodies',
    secret: true,
  },
  RIDELINE_PUSH_TIMEOUT_MS: {
    schema: positive.max(30_000).default(5000),
    help: 'longest wait for the answer of a push provider, ms',
  },
  RIDELINE_FCM_URL: {
    schema: z.url().default('https://fcm.googleapis.com'),
    help: 'fcm: address of the HTTP v1 API',
  },
  RIDELINE_FCM_SERVICE_ACCOUNT_FILE: {
    schema: text.optional(),
    help: "fcm: JSON key of the service account, with its project and token address; without one Google's application default credentials are used",
  },
  RIDELINE_APNS_URL: {
    schema: z.url().default('https://api.push.apple.com'),
    help: "apns: address; Apple's sandbox is https://api.sandbox.push.apple.com",
  },
  RIDELINE_APNS_KEY_FILE: { schema: text.optional(), help: 'apns: the .p8 signing key' },
  RIDELINE_APNS_KEY_ID: { schema: text.optional(), help: 'apns: id of the signing key' },
  RIDELINE_APNS_TEAM_ID: { schema: text.optional(), help: 'apns: id of the team' },
  RIDELINE_APNS_TOPIC: { schema: text.optional(), help: "apns: the app's bundle id" },
  RIDELINE_SEARCH_CACHE_MS: {
    schema: z.coerce.number().int().min(0).max(30_000).default(CACHES.search.ttlMs),
    help: 'how old a search of drivers may be, ms; 0: never an old one',
  },
  RIDELINE_BREAKER_OPEN_MS: {
    schema: positive.max(600_000).default(30_000),
    help: 'how long a failing dependency is left alone before one call tries it, ms',
  },
  RIDELINE_SHED_LAG_MS: {
    schema: positive.max(600_000).default(100),
    help: 'event-loop lag (p99) from which on lists are shed; from twice as much all but critical work, from four times sign-in too',
  },
  RIDELINE_LIMIT_STANDARD: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.standard.points),
    help: 'ordinary requests that one user, or one address without a token, may send a minute',
  },
  RIDELINE_LIMIT_CRITICAL: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.critical.points),
    help: 'the same for trips under way, positions and search',
  },
  RIDELINE_LIMIT_UPLOAD: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.upload.points),
    help: 'the same for documents',
  },
  RIDELINE_DOCUMENT_TYPES: {
    schema: list,
    help: 'types of documents that are taken in this region, comma separated; all when empty',
  },
  RIDELINE_REQUIRED_DOCUMENTS: {
    schema: list,
    help: 'types of documents that a driver needs, approved and not run out, to be offered trips in this region, comma separated; none when empty',
  },
  RIDELINE_BUCKET_EVENT_SECRET: {
    schema: text.min(32).optional(),
    help: "shared secret of the bucket's own events (POST /v1/bucket-events); without one there are none",
    secret: true,
  },
  RIDELINE_DOCUMENTS_PER_MINUTE: {
    schema: positive.max(600_000).default(100),
    help: 'documents that all workers together take from their queue in a minute; the wait told to who hands one in goes by it too',
  },
  RIDELINE_CLAMD: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9._-]+:\d{1,5}$/)
      .optional(),
    help: "host:port of ClamAV's daemon, which looks at every upload; while it is away documents wait. None is asked without it",
  },
  RIDELINE_DOCUMENT_CHECKERS: {
    schema: positive.max(64).default(2),
    help: 'most child processes of one workers process that open documents',
  },
  RIDELINE_RETENTION_DAYS: { schema: positive.default(30), help: 'days that track documents are kept' },
  RIDELINE_MAX_CONNECTIONS: {
    schema: positive.default(8000),
    help: 'sockets of one gateway; more are refused SCALE_006',
  },
  RIDELINE_ALLOWED_ORIGINS: { schema: list, help: "web origins besides the page's own, comma separated" },
  RIDELINE_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    help: 'lowest level that is logged',
  },
  RIDELINE_DASHBOARD_DIR: {
    schema: text.optional(),
    help: "folder of the built operator's page, served by the API",
  },
  RIDELINE_OPERATOR_NAME: {
    schema: text.optional(),
    help: 'name of the demo operator',
    developmentOnly: true,
  },
  RIDELINE_OPERATOR_PASSWORD: {
    schema: text.optional(),
    help: 'password of the demo operator',
    secret: true,
    developmentOnly: true,
  },
  RIDELINE_SHUTDOWN_MS: { schema: positive.max(300_000).default(10_000), help: 'longest orderly stop, ms' },
} as const satisfies Record<string, Variable>;

export type VariableName = keyof typeof ENVIRONMENT;
export type Environment = { [Name in VariableName]: z.output<(typeof ENVIRONMENT)[Name]['schema']> };

export function isDevelopmentOnly(name: VariableName): boolean {
  return (ENVIRONMENT[name] as Variable).developmentOnly === true;
}

export function isSecret(name: VariableName): boolean {
  return (ENVIRONMENT[name] as Variable).secret === true;
}
