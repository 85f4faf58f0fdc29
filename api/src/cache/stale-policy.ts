import { CACHES, type CacheName } from '@rideline/platform/cache/cache-table';

/**
 * What a GET route answers while MongoDB does not: the last answer that the same caller got to the same request, at most `forMs` old; an
 * expired entry of a cache (cache-table.ts has the times); or the error.
 */
export type StalePolicy =
  | { readonly kind: 'last-answer'; readonly forMs: number }
  | { readonly kind: 'cache'; readonly cache: CacheName }
  | { readonly kind: 'never'; readonly why: string };

const never = (why: string): StalePolicy => ({ kind: 'never', why });
const NOT_MONGO = never('does not read MongoDB');
const DECIDED_ON = never('people and programs decide on it');
const ACCESS = never('says who may do what');
const MONEY = never('money');

const MINUTE_MS = 60_000;

/**
 * The last answers that may be given. A trip changes within minutes, and none can be changed while MongoDB is away; a track is written
 * afterwards, so an older page of it lacks the newest fixes only. All of them expire before anybody could act on them as news.
 */
export const LAST_ANSWERS = {
  '/v1/trips': { kind: 'last-answer', forMs: MINUTE_MS },
  '/v1/trips/:tripId': { kind: 'last-answer', forMs: 2 * MINUTE_MS },
  '/v1/trips/:tripId/events': { kind: 'last-answer', forMs: 2 * MINUTE_MS },
  '/v1/home': { kind: 'last-answer', forMs: MINUTE_MS },
  '/v1/notifications': { kind: 'last-answer', forMs: 2 * MINUTE_MS },
  '/v1/drivers/:driverId/track': { kind: 'last-answer', forMs: 5 * MINUTE_MS },
} as const satisfies Record<string, StalePolicy>;
export type LastAnswerPath = keyof typeof LAST_ANSWERS;

/** Every GET route. A test compares the paths with the declared routes, so that a new route needs a decision. */
export const STALE_POLICY: Readonly<Record<string, StalePolicy>> = {
  ...LAST_ANSWERS,
  '/v1/me': { kind: 'cache', cache: 'profile' },
  '/v1/me/preferences': { kind: 'cache', cache: 'preferences' },
  '/v1/catalogue': { kind: 'cache', cache: 'catalogue' },
  '/v1/promotions': { kind: 'cache', cache: 'promotions' },
  '/v1/fares': MONEY,
  '/v1/admin/finance.csv': MONEY,
  '/v1/admin/limits': ACCESS,
  '/v1/admin/revocations': ACCESS,
  '/v1/trips/:tripId/candidates': DECIDED_ON,
  '/v1/trips/:tripId/shares': ACCESS,
  '/v1/trips/:tripId/watchers': ACCESS,
  '/v1/trips/:tripId/audit': never('evidence: complete or not at all'),
  '/v1/drivers/:driverId/ledger': never('evidence: complete or not at all'),
  '/v1/drivers/:driverId/health': never('evidence: complete or not at all'),
  '/v1/admin/audit': never('evidence: complete or not at all'),
  '/v1/admin/drivers': DECIDED_ON,
  '/v1/admin/riders': DECIDED_ON,
  '/v1/admin/regions': DECIDED_ON,
  '/v1/admin/erasures': DECIDED_ON,
  '/v1/admin/erasures/:erasureId': DECIDED_ON,
  '/v1/document-reviews': DECIDED_ON,
  '/v1/documents': never('a document decides whether its driver may drive'),
  '/v1/documents/:documentId': never('a document decides whether its driver may drive'),
  '/v1/jobs': DECIDED_ON,
  '/v1/jobs/:jobId': DECIDED_ON,
  '/v1/dead-letters': DECIDED_ON,
  '/v1/dead-letters/:source': DECIDED_ON,
  '/v1/admin/caches': NOT_MONGO,
  '/v1/drivers/search': NOT_MONGO,
  '/v1/errors': NOT_MONGO,
  '/v1/time': NOT_MONGO,
  '/v1/openapi.json': NOT_MONGO,
  '/v1/asyncapi.json': NOT_MONGO,
  '/.well-known/jwks.json': NOT_MONGO,
  '/health': NOT_MONGO,
  '/health/live': NOT_MONGO,
  '/health/ready': NOT_MONGO,
};

/** Whether the route can answer while MongoDB is not called. */
export function answersWithoutMongo({
  method,
  path,
}: {
  readonly method: string;
  readonly path: string;
}): boolean {
  const policy = method === 'get' ? STALE_POLICY[path] : undefined;
  switch (policy?.kind) {
    case 'last-answer':
      return true;
    case 'cache':
      return CACHES[policy.cache].staleMs > 0;
    default:
      return false;
  }
}
