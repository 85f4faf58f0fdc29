import type { ErrorCode } from '@rideline/contract';
import { IDEMPOTENCY_KEY_HEADER } from '../http/idempotent-answer.ts';
import { isMediaAnswer, type Route } from '../http/route.ts';
import type { Json } from './json-schema.ts';

const text = (description: string, example: string, schema: Json = { type: 'string' }): Json => ({
  description,
  schema,
  example,
});

/** Headers of answers. */
export const HEADERS = {
  'X-Request-Id': text(
    'Id of the request, yours if you sent one. Quote it in a support ticket.',
    '0fd5c7c2-4a86-4b1c-9d3e-9f2f6b8f3a10',
  ),
  ETag: text(
    'Tag of this answer (RFC 9110). Send it as `If-None-Match` to get 304 while it is the same.',
    'W/"pzBpM0vkk2o0ZbFq"',
  ),
  'Retry-After': {
    description: 'Seconds to wait before the same request is sent again (RFC 9110).',
    schema: { type: 'integer', minimum: 0 },
    example: 2,
  },
  RateLimit: text(
    'What is left of the budget: `r` requests, and `t` seconds until the window ends (IETF draft-ietf-httpapi-ratelimit-headers).',
    '"standard";r=42;t=17',
  ),
  'RateLimit-Policy': text('The budget: `q` requests in `w` seconds.', '"standard";q=100;w=60'),
  Location: text('Path of what was created.', '/v1/trips/019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01'),
  'Idempotent-Replayed': text(
    '`true` when this is the first answer to the same `Idempotency-Key`, given again.',
    'true',
    { type: 'string', const: 'true' },
  ),
  'Cache-Status': text(
    'How the cache handled the request (RFC 9211). `hit`: it answered · `fwd=miss`: MongoDB did, and the cache keeps it · `fwd=bypass; detail=SCALE_005`: the cache does not answer · `hit; ttl=-12; detail=stale`: MongoDB does not answer, and the entry expired 12 s ago.',
    'Rideline; hit',
  ),
  'X-Rideline-Cache': {
    ...text(
      'The same in one word: `hit`, `miss`, `stale` or `degraded; code=SCALE_005`. Use `Cache-Status`.',
      'hit',
    ),
    deprecated: true,
  },
  Age: {
    description:
      'Seconds since MongoDB confirmed this answer (RFC 9111). Only while MongoDB does not answer.',
    schema: { type: 'integer', minimum: 0 },
    example: 30,
  },
  Link: text(
    'The next page: `rel="next"` (RFC 8288). On deprecated routes also `rel="deprecation"` and `rel="successor-version"`.',
    '</v1/drivers/driver-42/track?cursor=…>; rel="next"',
  ),
  'WWW-Authenticate': text('How to authenticate (RFC 9110).', 'Bearer realm="rideline"'),
  Deprecation: text(
    'Since when the route is deprecated (RFC 9745): `@` and seconds since 1970.',
    '@1798761600',
  ),
  Sunset: text('When the route is removed (RFC 8594).', 'Thu, 01 Jul 2027 00:00:00 GMT'),
} as const satisfies Record<string, Json>;
export type HeaderName = keyof typeof HEADERS;

/** Headers of requests, as parameters. */
export const REQUEST_HEADERS = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Made by the client, a UUID for example. A request repeated under the same key within 24 h is performed once and gets the same answer. A structured field string (`"…"`), as in the IETF draft on the header; without the quotes it means the same.',
    schema: { type: 'string', pattern: IDEMPOTENCY_KEY_HEADER.source },
    example: '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    required: false,
    description: 'The `ETag` of the answer that you have: 304 without a body when it is still the same.',
    schema: { type: 'string' },
    example: 'W/"pzBpM0vkk2o0ZbFq"',
  },
} as const satisfies Record<string, Json>;

/** Whether the route answers a GET with JSON, which has a tag. */
export const hasTag = ({ method, answer, status }: Route) =>
  method === 'get' && !isMediaAnswer(answer) && status === 200;

export function requestHeadersOf(one: Route): Json[] {
  const names = [...(one.idempotent ? ['IdempotencyKey'] : []), ...(hasTag(one) ? ['IfNoneMatch'] : [])];
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

/** References to headers. */
export function headerRefs(names: readonly HeaderName[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}

const limited = (one: Route): HeaderName[] => (one.limit === 'none' ? [] : ['RateLimit', 'RateLimit-Policy']);
const deprecated = (one: Route): HeaderName[] =>
  one.deprecated === undefined ? [] : ['Deprecation', 'Sunset', 'Link'];

/** Routes whose next page is in the Link header. */
const PAGED_BY_LINK = new Set(['/v1/drivers/:driverId/track']);

/** Headers of the success answers of a route. `marksStale`: it may answer while MongoDB does not. */
export function answerHeaders(one: Route, status: number, marksStale: boolean): HeaderName[] {
  return [
    'X-Request-Id',
    ...limited(one),
    ...(hasTag(one) && status === 200 ? (['ETag'] as const) : []),
    ...(one.status === 201 && !isMediaAnswer(one.answer) && one.idempotent ? (['Location'] as const) : []),
    ...(one.idempotent ? (['Idempotent-Replayed'] as const) : []),
    ...(one.cache !== undefined || marksStale ? (['Cache-Status', 'X-Rideline-Cache', 'Age'] as const) : []),
    ...deprecated(one),
    ...(PAGED_BY_LINK.has(one.path) && one.deprecated === undefined ? (['Link'] as const) : []),
  ];
}

/** Headers of a refusal with one of these codes. */
export function problemHeaderNames(status: number, codes: readonly ErrorCode[]): HeaderName[] {
  const waits = status === 429 || status >= 503 || codes.includes('CONFLICT');
  return [
    'X-Request-Id',
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
    ...(waits ? (['Retry-After'] as const) : []),
    ...(status === 429 ? (['RateLimit', 'RateLimit-Policy'] as const) : []),
  ];
}
