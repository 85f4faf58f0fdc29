import { CACHES } from '@rideline/platform/cache/cache-table';
import { type Config, configPart } from '@rideline/platform/config/config';
import { positive, text, type VariableTable } from '@rideline/platform/config/variable';
import { type LimitPoints, REQUEST_LIMITS } from '@rideline/platform/limits/request-limits';
import { z } from 'zod';

const API_VARIABLES = {
  RIDELINE_SEARCH_CACHE_MS: {
    schema: z.coerce.number().int().min(0).max(30_000).default(CACHES.search.ttlMs),
    help: 'maximum age of a cached driver search, ms; 0 turns the cache off',
  },
  RIDELINE_BREAKER_OPEN_MS: {
    schema: positive.max(600_000).default(30_000),
    help: 'how long the circuit of a failing dependency stays open before a trial call, ms',
  },
  RIDELINE_LIMIT_STANDARD: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.standard.points),
    help: 'standard requests per minute of one user, or of one address without a token',
  },
  RIDELINE_LIMIT_CRITICAL: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.critical.points),
    help: 'requests per minute for active trips, positions and search, of one user or address',
  },
  RIDELINE_LIMIT_UPLOAD: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS.upload.points),
    help: 'requests per minute for documents, of one user or address',
  },
  RIDELINE_LIMIT_SIGN_IN_ACCOUNT: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS['sign-in-account'].points),
    help: 'wrong passwords for one account in 15 minutes, from networks that it does not know, and from each that it knows',
  },
  RIDELINE_LIMIT_SIGN_IN_ADDRESS: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS['sign-in-address'].points),
    help: 'failed attempts to sign in or to register in 15 minutes from one address',
  },
  RIDELINE_LIMIT_SIGN_IN_TOTAL: {
    schema: positive.max(10_000_000).default(REQUEST_LIMITS['sign-in-total'].points),
    help: 'all attempts to sign in or to register in 15 minutes from one address',
  },
  RIDELINE_BUCKET_EVENT_SECRET: {
    schema: text.min(32).optional(),
    help: 'shared secret of bucket events (POST /v1/bucket-events); without it the route does not exist',
    secret: true,
  },
  RIDELINE_DASHBOARD_DIR: {
    schema: text.optional(),
    help: 'folder of the built dashboard, served by the API',
  },
  RIDELINE_APPS_DIR: {
    schema: text.optional(),
    help: 'folder of the built driver and rider apps, served by the API under /driver/ and /rider/',
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
} as const satisfies VariableTable;

export interface ApiSettings {
  readonly searchCacheMs: number;
  readonly breakerOpenMs: number;
  /** Points in one window of the limits that the environment sets. */
  readonly requestLimits: LimitPoints;
  readonly bucketEventSecret: string | undefined;
  readonly dashboardDir: string | undefined;
  readonly appsDir: string | undefined;
  readonly demoOperator: { readonly name: string; readonly password: string } | undefined;
}

/** Environment variables of the API besides the shared ones. */
export const apiConfig = configPart(API_VARIABLES, (values, faults): ApiSettings => {
  const { RIDELINE_OPERATOR_NAME: name, RIDELINE_OPERATOR_PASSWORD: password } = values;
  if ((name === undefined) !== (password === undefined))
    faults.push('RIDELINE_OPERATOR_NAME and RIDELINE_OPERATOR_PASSWORD: set both or neither');
  return {
    searchCacheMs: values.RIDELINE_SEARCH_CACHE_MS,
    breakerOpenMs: values.RIDELINE_BREAKER_OPEN_MS,
    requestLimits: {
      standard: values.RIDELINE_LIMIT_STANDARD,
      critical: values.RIDELINE_LIMIT_CRITICAL,
      upload: values.RIDELINE_LIMIT_UPLOAD,
      'sign-in-account': values.RIDELINE_LIMIT_SIGN_IN_ACCOUNT,
      'sign-in-address': values.RIDELINE_LIMIT_SIGN_IN_ADDRESS,
      'sign-in-total': values.RIDELINE_LIMIT_SIGN_IN_TOTAL,
    },
    bucketEventSecret: values.RIDELINE_BUCKET_EVENT_SECRET,
    dashboardDir: values.RIDELINE_DASHBOARD_DIR,
    appsDir: values.RIDELINE_APPS_DIR,
    demoOperator: name !== undefined && password !== undefined ? { name, password } : undefined,
  };
});

export type ApiConfig = Config & ApiSettings;
