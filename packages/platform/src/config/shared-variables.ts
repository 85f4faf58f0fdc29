import { z } from 'zod';
import { list, port, positive, text, type ValuesOf, type VariableTable } from './variable.ts';

const DAY_MS = 86_400_000;

/** Variables that more than one process reads. */
export const SHARED_VARIABLES = {
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
    help: 'unique name of the process: gateway id, consumer name; role and host name when absent',
  },
  RIDELINE_HOST: { schema: text.default('127.0.0.1'), help: 'bind address of the ports below' },
  RIDELINE_PORT: { schema: port.default(0), help: 'public port; 0 selects a free port' },
  RIDELINE_INNER_PORT: {
    schema: port.default(0),
    help: 'internal port of /health and /metrics; must not be public',
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
    help: 'MongoDB: trips, tracks, accounts, documents, settings',
    secret: true,
  },
  RIDELINE_MONGO_COMMAND_TIMES: {
    schema: z.enum(['on', 'off']).default('off'),
    help: 'on: measures each MongoDB command (rideline_mongo_command_seconds); the driver then parses every answer of a read twice',
  },
  S3_ENDPOINT: {
    schema: z.url().optional(),
    help: 'S3 server of the documents; documents are disabled without it',
  },
  S3_PUBLIC_ENDPOINT: {
    schema: z.url().optional(),
    help: 'S3 server URL for phones and browsers, part of signed URLs; S3_ENDPOINT when absent',
  },
  S3_BUCKET: { schema: text.default('rideline'), help: 'bucket of the documents' },
  S3_REGION: { schema: text.default('us-east-1'), help: 'region name of the S3 server' },
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
    help: '<wallMs>:<domainMs>:<rate>: maps replayed time to the present',
    developmentOnly: true,
  },
  RIDELINE_FIX_SHARDS: {
    schema: positive.max(64).default(4),
    help: 'number of fix streams of the region; stored in the log, a mismatch is an error',
  },
  RIDELINE_SEARCH_FRESH_MS: {
    schema: positive.default(60_000),
    help: 'domain ms without a fix after which searches no longer find a driver',
  },
  RIDELINE_FLUSH_FIXES: {
    schema: positive.default(500),
    help: 'number of fixes that triggers the write of a micro-batch',
  },
  RIDELINE_FLUSH_MS: {
    schema: positive.max(1000).default(5),
    help: 'maximum age of a micro-batch before its write, ms',
  },
  RIDELINE_BUFFER_FIXES: {
    schema: positive.default(50_000),
    help: 'fixes a gateway buffers for the log before it answers BUSY',
  },
  RIDELINE_SEARCH_BUDGET_MS: {
    schema: positive.max(3_600_000).default(120_000),
    help: 'domain ms of searching before a trip ends as no_drivers',
  },
  RIDELINE_DRIVER_SILENT_MS: {
    schema: positive.max(DAY_MS).default(180_000),
    help: 'domain ms without a sign of life from the phone of a driver on a trip after which operators see it',
  },
  RIDELINE_DRIVER_SILENT_REASSIGN_MS: {
    schema: positive.max(DAY_MS).default(300_000),
    help: 'the same, after which a trip that has not started is searched again without this driver',
  },
  RIDELINE_DRIVER_SILENT_RIDER_ENDS_MS: {
    schema: positive.max(DAY_MS).default(600_000),
    help: 'the same, after which the rider may end a ride',
  },
  RIDELINE_DRIVER_SILENT_ENDS_MS: {
    schema: positive.max(DAY_MS).default(7_200_000),
    help: 'the same, after which a ride ends by itself, its fare to be reviewed',
  },
  RIDELINE_SHED_LAG_MS: {
    schema: positive.max(600_000).default(100),
    help: 'event-loop lag (p99), ms, from which lists are shed; at twice this value all non-critical work, at four times sign-in too',
  },
  RIDELINE_DOCUMENT_TYPES: {
    schema: list,
    help: 'document types accepted in this region, comma separated; all when empty',
  },
  RIDELINE_REQUIRED_DOCUMENTS: {
    schema: list,
    help: 'document types that a driver must have, approved and not expired, to be offered trips in this region, comma separated; none when empty',
  },
  RIDELINE_DOCUMENTS_PER_MINUTE: {
    schema: positive.max(600_000).default(100),
    help: 'documents per minute that all workers together take from the queue; also the basis of the estimated wait in answers',
  },
  RIDELINE_RETENTION_DAYS: { schema: positive.default(30), help: 'retention of track documents, days' },
  RIDELINE_ALLOWED_ORIGINS: {
    schema: list,
    help: "allowed web origins besides the dashboard's own, comma separated",
  },
  RIDELINE_LOG_LEVEL: {
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    help: 'minimum log level',
  },
  RIDELINE_SHUTDOWN_MS: {
    schema: positive.max(300_000).default(10_000),
    help: 'deadline of an orderly shutdown, ms',
  },
} as const satisfies VariableTable;

export type SharedValues = ValuesOf<typeof SHARED_VARIABLES>;
