import { ACCOUNT_METRICS } from '@rideline/api/accounts/metrics';
import { STALE_ANSWER_METRICS } from '@rideline/api/cache/metrics';
import { STALE_POLICY, type StalePolicy } from '@rideline/api/cache/stale-policy';
import { apiConfig } from '@rideline/api/config';
import { asyncApi } from '@rideline/api/description/asyncapi';
import { DOCUMENT_METRICS as API_DOCUMENT_METRICS } from '@rideline/api/documents/metrics';
import { DRIVER_METRICS as API_DRIVER_METRICS } from '@rideline/api/drivers/metrics';
import { HTTP_METRICS } from '@rideline/api/http/metrics';
import { LIMIT_METRICS } from '@rideline/api/limits/metrics';
import { DEPENDENCY_METRICS } from '@rideline/api/process/metrics';
import { DOCUMENT_REJECTIONS, DOCUMENT_TYPES, ERRORS, LIMITS } from '@rideline/contract';
import { REVOCATION_METRICS } from '@rideline/fleet/accounts/revocation-metrics';
import { FIX_LOG_METRICS } from '@rideline/fleet/fixes/fix-log-metrics';
import { LIVE_INDEX_METRICS } from '@rideline/fleet/live/live-index-metrics';
import { REDIS_KEYS } from '@rideline/fleet/redis/redis-keys';
import { proxyConfig } from '@rideline/infra/proxy/proxy-variables';
import { CACHES } from '@rideline/platform/cache/cache-table';
import { SHARED_VARIABLES } from '@rideline/platform/config/shared-variables';
import type { VariableTable } from '@rideline/platform/config/variable';
import { REQUEST_LIMITS } from '@rideline/platform/limits/request-limits';
import type { MetricTable } from '@rideline/platform/metrics/metric-table';
import { PLATFORM_METRICS } from '@rideline/platform/metrics/metrics';
import { QUEUES } from '@rideline/platform/queues/queue-table';
import { gatewayConfig } from '@rideline/realtime/config';
import { DRIVER_METRICS as GATEWAY_DRIVER_METRICS } from '@rideline/realtime/driver/metrics';
import { OPERATOR_METRICS } from '@rideline/realtime/operator/metrics';
import { RIDER_METRICS } from '@rideline/realtime/rider/metrics';
import { SOCKET_METRICS } from '@rideline/realtime/socket/metrics';
import { WIRE_METRICS } from '@rideline/realtime/wire/metrics';
import { workerConfig } from '@rideline/workers/config';
import { DOCUMENT_METRICS } from '@rideline/workers/documents/metrics';
import { DUE_TRIPS_METRICS } from '@rideline/workers/due-trips-metrics';
import { HISTORY_METRICS } from '@rideline/workers/history/metrics';
import { MATCHING_METRICS } from '@rideline/workers/matching/metrics';
import { NOTIFICATION_METRICS } from '@rideline/workers/notifications/metrics';
import { RELAY_METRICS } from '@rideline/workers/relay/metrics';
import { SWEEPER_METRICS } from '@rideline/workers/sweepers/metrics';
import { renderOpenApi } from './declared-routes.ts';
import { SCENARIO_HEAD, scenarioRows, THRESHOLD_HEAD, thresholdRows } from './load-reference.ts';
import { renderSocketEvents } from './socket-reference.ts';

/** The reference pages, rendered from the tables in the code: file name under docs/reference → content. */
export function renderReferenceDocuments(): Map<string, string> {
  return new Map([
    ['asyncapi.json', `${JSON.stringify(asyncApi(), null, 2)}\n`],
    ['caches.md', `${caches()}\n${staleAnswers()}`],
    ['documents.md', documents()],
    ['environment.md', environment()],
    ['errors.md', errors()],
    ['limits.md', limits()],
    ['load-scenarios.md', loadScenarios()],
    ['metrics.md', metrics()],
    ['openapi.json', renderOpenApi()],
    ['queues.md', queues()],
    ['redis-keys.md', redisKeys()],
    ['request-limits.md', requestLimits()],
    ['socket-events.md', renderSocketEvents()],
  ]);
}

const NOTE =
  'Written by `node tests/write-reference-documents.ts` from the table in the code; a test compares the two.';

function table(
  title: string,
  source: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `# ${title}`,
    '',
    `${NOTE} Source: \`${source}\`.`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

function documents(): string {
  const types = Object.entries(DOCUMENT_TYPES).map(([name, { roles, contentTypes, maxBytes, expires }]) => [
    `\`${name}\``,
    roles.join(', '),
    contentTypes.join(', '),
    `${maxBytes / 2 ** 20} MiB`,
    expires ? 'yes' : 'no',
  ]);
  const rejections = Object.entries(DOCUMENT_REJECTIONS).map(([code, text]) => [`\`${code}\``, text]);
  const head = ['type', 'of', 'content types', 'at most', 'expires'];
  return [
    table('Types of documents', 'packages/contract/src/documents.ts', head, types),
    `#${table('Why one is rejected', 'packages/contract/src/document-rejections.ts', ['code', 'text'], rejections)}`,
  ].join('\n');
}

function loadScenarios(): string {
  return [
    table('Load scenarios', 'load/src/lab/scenarios/catalogue.ts', SCENARIO_HEAD, scenarioRows()),
    `#${table('Thresholds', 'load/src/lab/scenarios/thresholds.ts', THRESHOLD_HEAD, thresholdRows())}`,
  ].join('\n');
}

function environment(): string {
  const sources = [
    ['Shared', 'packages/platform/src/config/shared-variables.ts', SHARED_VARIABLES],
    ['Gateway', 'realtime/src/config.ts', gatewayConfig.variables],
    ['API', 'api/src/config.ts', apiConfig.variables],
    ['Workers', 'workers/src/config.ts', workerConfig.variables],
    ['HAProxy', 'infra/proxy/proxy-variables.ts', proxyConfig.variables],
  ] as const;
  const head = ['variable', 'default', 'what it is', ''];
  return severalTables(
    'Environment variables',
    sources.map(([title, source, variables]) => table(title, source, head, variableRows(variables))),
  );
}

function variableRows(variables: VariableTable): string[][] {
  return Object.entries(variables).map(([name, { schema, help, secret, developmentOnly }]) => {
    const fallback = schema.safeParse(undefined);
    const shown = !fallback.success
      ? 'needed'
      : fallback.data === undefined
        ? ''
        : `\`${String(fallback.data)}\``;
    const marks = [secret ? 'secret' : '', developmentOnly ? 'development only' : ''].filter(Boolean);
    return [`\`${name}\``, shown === '``' ? '' : shown, help, marks.join(', ')];
  });
}

function errors(): string {
  const rows = Object.entries(ERRORS).map(([code, { status, retry, text }]) => [
    `\`${code}\``,
    String(status),
    retry,
    text,
  ]);
  return table(
    'Error codes',
    'packages/contract/src/error-codes.ts',
    ['code', 'HTTP status', 'retry', 'text'],
    rows,
  );
}

function limits(): string {
  const rows = Object.entries(LIMITS)
    .sort()
    .map(([name, value]) => [`\`${name}\``, String(value)]);
  return table('Limits', 'packages/contract/src/limits.ts', ['limit', 'value'], rows);
}

function metrics(): string {
  const sources: readonly (readonly [string, string, MetricTable])[] = [
    ['Every process', 'packages/platform/src/metrics/metrics.ts', PLATFORM_METRICS],
    ['Revocations (gateway, API)', 'packages/fleet/src/accounts/revocation-metrics.ts', REVOCATION_METRICS],
    ['Fix log (gateway, API)', 'packages/fleet/src/fixes/fix-log-metrics.ts', FIX_LOG_METRICS],
    ['Live index (gateway, API)', 'packages/fleet/src/live/live-index-metrics.ts', LIVE_INDEX_METRICS],
    ['Gateway: sockets', 'realtime/src/socket/metrics.ts', SOCKET_METRICS],
    ['Gateway: wire', 'realtime/src/wire/metrics.ts', WIRE_METRICS],
    ['Gateway: drivers', 'realtime/src/driver/metrics.ts', GATEWAY_DRIVER_METRICS],
    ['Gateway: riders', 'realtime/src/rider/metrics.ts', RIDER_METRICS],
    ['Gateway: operators', 'realtime/src/operator/metrics.ts', OPERATOR_METRICS],
    ['API: HTTP', 'api/src/http/metrics.ts', HTTP_METRICS],
    ['API: stale answers', 'api/src/cache/metrics.ts', STALE_ANSWER_METRICS],
    ['API: limits', 'api/src/limits/metrics.ts', LIMIT_METRICS],
    ['API: dependencies', 'api/src/process/metrics.ts', DEPENDENCY_METRICS],
    ['API: accounts', 'api/src/accounts/metrics.ts', ACCOUNT_METRICS],
    ['API: drivers', 'api/src/drivers/metrics.ts', API_DRIVER_METRICS],
    ['API: documents', 'api/src/documents/metrics.ts', API_DOCUMENT_METRICS],
    ['Workers: history', 'workers/src/history/metrics.ts', HISTORY_METRICS],
    ['Workers: relay', 'workers/src/relay/metrics.ts', RELAY_METRICS],
    ['Workers: matching', 'workers/src/matching/metrics.ts', MATCHING_METRICS],
    ['Workers: matching and sweepers', 'workers/src/due-trips-metrics.ts', DUE_TRIPS_METRICS],
    ['Workers: sweepers', 'workers/src/sweepers/metrics.ts', SWEEPER_METRICS],
    ['Workers: documents', 'workers/src/documents/metrics.ts', DOCUMENT_METRICS],
    ['Workers: notifications', 'workers/src/notifications/metrics.ts', NOTIFICATION_METRICS],
  ];
  const head = ['metric', 'type', 'labels', 'what it is'];
  return severalTables(
    'Metrics',
    sources.map(([title, source, entries]) => table(title, source, head, metricRows(entries))),
  );
}

function metricRows(entries: MetricTable): string[][] {
  return Object.entries(entries).map(([name, { type, help, labels }]) => [
    `\`rideline_${name}\``,
    type,
    labels.join(', '),
    help,
  ]);
}

/** Tables of one kind from several files, under one title. */
function severalTables(title: string, tables: readonly string[]): string {
  const sections = tables.map((section) => `#${section.replace(`${NOTE} `, '')}`);
  return [`# ${title}\n\n${NOTE}\n`, ...sections].join('\n');
}

function queues(): string {
  const rows = Object.entries(QUEUES).map(([name, queue]) => [
    `\`${name}\``,
    queue.jobs.map((job) => `\`${job}\``).join(', '),
    String(queue.attempts),
    `${queue.backoffMs} ms, doubled, half by chance`,
    `${queue.keepDoneSeconds / 3600} h, ${queue.keepDone} jobs`,
    `${queue.keepDead} jobs`,
    `${queue.lockMs / 1000} s, looked at every ${queue.stalledCheckMs / 1000} s`,
    queue.help,
  ]);
  return table(
    'Queues',
    'packages/platform/src/queues/queue-table.ts',
    [
      'queue',
      'jobs',
      'attempts',
      'backoff',
      'done ones kept',
      'dead ones kept',
      'a silent worker loses its jobs after',
      'what it does, and what fails',
    ],
    rows,
  );
}

function redisKeys(): string {
  const rows = Object.entries(REDIS_KEYS).map(([name, { server, type, expires, life, bound, owner }]) => [
    `\`${name}\``,
    server,
    type,
    expires ? 'yes' : 'no',
    life,
    bound,
    owner,
  ]);
  return table(
    'Redis keys and channels',
    'packages/fleet/src/redis/redis-keys.ts',
    ['key', 'server', 'type', 'TTL', 'life', 'bound', 'written by'],
    rows,
  );
}

const AWAY_TEXT = {
  share: "the node's part: points over nodes, by its own memory",
  open: 'no request is refused',
};

function requestLimits(): string {
  const rows = Object.entries(REQUEST_LIMITS).map(([name, limit]) => [
    `\`${name}\``,
    `${limit.points} in ${limit.windowSeconds / 60} min`,
    limit.by === 'caller' ? 'user; address without a token' : limit.by,
    `\`rl:${name}:\``,
    limit.over === 'flag' ? 'counted and flagged, let through' : '429 SCALE_003',
    AWAY_TEXT[limit.whenRedisIsAway],
    limit.help,
  ]);
  return table(
    'Limits of requests',
    'packages/platform/src/limits/request-limits.ts',
    [
      'limit',
      'budget',
      'by',
      'keys on the state Redis, after the region',
      'over',
      'while that Redis is away',
      'what it is',
    ],
    rows,
  );
}

function fallbackOf(policy: StalePolicy): string {
  switch (policy.kind) {
    case 'last-answer':
      return `the caller's last answer to the same request, at most ${policy.forMs / 1000} s old`;
    case 'cache':
      return `the expired entry of \`${policy.cache}\``;
    case 'never':
      return `nothing: ${policy.why}`;
  }
}

/** What reads answer while MongoDB does not. */
function staleAnswers(): string {
  const rows = Object.entries(STALE_POLICY)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, policy]) => `| \`${path}\` | ${fallbackOf(policy)} |`);
  return [
    '## While MongoDB does not answer',
    '',
    'Source: `api/src/cache/stale-policy.ts`. Such answers have `Cache-Status: Rideline; hit; ttl=…; detail=stale` and `Age`.',
    '',
    '| GET | answers with |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function caches(): string {
  const seconds = (ms: number) => (ms === 0 ? '-' : `${ms / 1000} s`);
  const rows = Object.entries(CACHES).map(([name, { prefix, ttlMs, staleMs, inProcessMs, help }]) => [
    `\`${name}\``,
    `\`${prefix}:\``,
    seconds(ttlMs),
    seconds(staleMs),
    seconds(inProcessMs),
    help,
  ]);
  return table(
    'Caches',
    'packages/platform/src/cache/cache-table.ts',
    [
      'cache',
      'keys, after the region',
      'answers for',
      'retained longer, for MongoDB outages',
      'held in a process',
      'what it is',
    ],
    rows,
  );
}
