import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Ages of fixes, seconds: from a micro-batch to a lost minute. */
const AGE_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const SIZE_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Every metric: the one table, repeated by `docs/reference/metrics.md` (a test compares). Labels are bounded sets: never an id.
 */
export const METRICS = {
  redis_errors_total: { type: 'counter', help: 'Connection errors of a Redis client', labels: ['server'] },
  redis_command_timeouts_total: {
    type: 'counter',
    help: 'Commands given up after their time-out',
    labels: ['server'],
  },
  http_request_seconds: {
    type: 'histogram',
    help: 'Time from a REST request to its answer (a streamed one: to its first byte)',
    labels: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
  },
  search_rounds: {
    type: 'histogram',
    help: 'GEOSEARCHes that one search of drivers took',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  request_limit_total: {
    type: 'counter',
    help: 'Requests counted, by limit, by who counted (redis, or this node alone while Redis is away) and outcome: allowed, refused, flagged (over, let through)',
    labels: ['limit', 'by', 'outcome'],
  },
  request_limit_nodes: {
    type: 'gauge',
    help: 'API nodes that share the budgets while Redis is away',
    labels: [],
  },
  mongo_pool_in_use: { type: 'gauge', help: 'Connections to Mongo that are in use', labels: [] },
  mongo_pool_connections: { type: 'gauge', help: 'Connections to Mongo, idle ones too', labels: [] },
  mongo_pool_waiting: { type: 'gauge', help: 'Calls that wait for a connection to Mongo', labels: [] },
  mongo_pool_failures_total: {
    type: 'counter',
    help: 'Calls that got no connection to Mongo, by the reason of its driver',
    labels: ['reason'],
  },
  breaker_open: {
    type: 'gauge',
    help: '1 while the circuit of a dependency is not closed',
    labels: ['dependency'],
  },
  dependency_refused_total: {
    type: 'counter',
    help: 'ALARM: calls that were not made: full (no place in time: SCALE_002 for Mongo), open (circuit: SCALE_004)',
    labels: ['dependency', 'why'],
  },
  degradation_level: { type: 'gauge', help: '0 to 3: how much this process holds back', labels: [] },
  shed_total: {
    type: 'counter',
    help: 'Requests shed under overload, by class of their route',
    labels: ['limit'],
  },
  cache_reads_total: {
    type: 'counter',
    help: 'Reads through a cache, by where the answer came from: process, hit, miss, degraded (the record, the cache being away), stale (the cache, the record being away)',
    labels: ['cache', 'outcome'],
  },
  cache_fills_total: {
    type: 'counter',
    help: 'Answers of the record offered to a cache: stored, outdated (something newer is held), failed',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_total: {
    type: 'counter',
    help: 'Changes told to a cache: done, later (it was away), lost (too many waited: the TTL bounds what is stale)',
    labels: ['cache', 'outcome'],
  },
  cache_invalidations_pending: {
    type: 'gauge',
    help: 'Changes that the cache could not be told of yet',
    labels: [],
  },
  http_fixes_total: {
    type: 'counter',
    help: 'Fixes posted over HTTP and judged, by verdict',
    labels: ['verdict'],
  },
  swept_documents_total: {
    type: 'counter',
    help: 'Documents that the sweeper looked at, by what it did: found (a forgotten complete), expired, queued, revived, given_up, told, left',
    labels: ['outcome'],
  },
  orphan_objects_total: {
    type: 'counter',
    help: 'Objects removed that belonged to no document, or to one at its end',
    labels: [],
  },
  document_queue_deep_total: {
    type: 'counter',
    help: 'Documents accepted while more than 5,000 waited (SCALE_001): more workers are needed',
    labels: [],
  },
  gateway_sockets: { type: 'gauge', help: 'Open sockets', labels: ['namespace'] },
  gateway_refused_total: {
    type: 'counter',
    help: 'Handshakes and events refused, by code of the closed list',
    labels: ['stage', 'code'],
  },
  gateway_goodbyes_total: {
    type: 'counter',
    help: 'Sockets closed by the server, by reason',
    labels: ['code'],
  },
  gateway_frames_total: { type: 'counter', help: 'location:update frames taken', labels: [] },
  gateway_fixes_total: { type: 'counter', help: 'Fixes judged, by verdict', labels: ['verdict'] },
  gateway_fixes_late_total: { type: 'counter', help: 'Good fixes older than the live one', labels: [] },
  gateway_fixes_again_total: {
    type: 'counter',
    help: 'Fixes that had been received on their connection already',
    labels: [],
  },
  gateway_fix_age_seconds: {
    type: 'histogram',
    help: 'Age of the newest fix of a frame when a gateway gets it; one frame in eight',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  gateway_acks_total: { type: 'counter', help: 'Cumulative location:ack sent', labels: [] },
  fix_log_held: { type: 'gauge', help: 'Fixes that wait for the log', labels: [] },
  fix_log_batch_fixes: {
    type: 'histogram',
    help: 'Fixes in one entry of a fix stream; one in eight',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  fix_log_append_seconds: {
    type: 'histogram',
    help: 'Time of one XADD; one in eight',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  fix_log_errors_total: { type: 'counter', help: 'Entries that the log did not take at once', labels: [] },
  live_index_drivers: {
    type: 'histogram',
    help: 'Drivers placed in one flush of the live index',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  live_index_errors_total: { type: 'counter', help: 'Flushes of the live index that failed', labels: [] },
  trip_positions_total: {
    type: 'counter',
    help: "Positions offered to trips' logs, by outcome",
    labels: ['outcome'],
  },
  follower_positions_total: {
    type: 'counter',
    help: 'Positions for followers, by outcome: sent, or held because of unseen ones',
    labels: ['outcome'],
  },
  follower_position_age_seconds: {
    type: 'histogram',
    help: 'From the receipt of a fix by a gateway to its emission to a follower; one position in eight',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  followers: { type: 'gauge', help: 'Followers of trips on this gateway', labels: [] },
  followed_trips: { type: 'gauge', help: 'Trips that somebody on this gateway follows', labels: [] },
  driver_trip_repairs_total: {
    type: 'counter',
    help: 'drivers whose gateway did not know which trip they are on, found by comparing with their hashes',
    labels: [],
  },
  track_repairs_total: {
    type: 'counter',
    help: "Comparisons with a trip's log that found something missing, by outcome",
    labels: ['outcome'],
  },
  inbox_messages_total: { type: 'counter', help: 'Messages from other processes, by type', labels: ['type'] },
  trip_commands_total: {
    type: 'counter',
    help: 'Requests, commands and answers to offers by socket, by outcome: ok or a code of the closed list',
    labels: ['command', 'outcome'],
  },
  driver_offers_total: {
    type: 'counter',
    help: 'Offers on their way to phones: sent, sent_again, acknowledged, revoked',
    labels: ['step'],
  },
  trips_frames_total: { type: 'counter', help: 'trips:frame sent to operators', labels: [] },
  fleet_frames_total: { type: 'counter', help: 'fleet:frame sent to operators', labels: [] },
  fix_age_durable_seconds: {
    type: 'histogram',
    help: 'Age of a fix when a majority of Mongo has it',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  fix_stream_length: { type: 'gauge', help: 'Entries in a fix stream', labels: ['shard'] },
  fix_stream_pending: {
    type: 'gauge',
    help: 'Entries delivered to a group and not acknowledged',
    labels: ['shard', 'group'],
  },
  fix_stream_lag: { type: 'gauge', help: 'Entries not delivered to a group yet', labels: ['shard', 'group'] },
  fix_stream_trimmed_total: {
    type: 'counter',
    help: 'Entries removed behind all groups',
    labels: ['shard'],
  },
  history_write_fixes: {
    type: 'histogram',
    help: 'Fixes in one bulk write of track blocks',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  history_write_blocks: {
    type: 'histogram',
    help: 'Blocks stored by one bulk write',
    labels: [],
    buckets: SIZE_BUCKETS,
  },
  history_write_seconds: {
    type: 'histogram',
    help: 'Time of one bulk write of track blocks, majority included',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  history_open_blocks: { type: 'gauge', help: 'Track blocks that wait to be written', labels: [] },
  history_held_fixes: { type: 'gauge', help: 'Fixes read and not stored yet', labels: [] },
  history_held_entries: { type: 'gauge', help: 'Entries read and not acknowledged yet', labels: [] },
  history_repeated_fixes_total: {
    type: 'counter',
    help: 'Fixes that were stored already: redelivered entries and resends',
    labels: [],
  },
  history_retries_total: {
    type: 'counter',
    help: 'Steps of history that failed and were tried again: read, write, durable, inbox, ack',
    labels: ['step'],
  },
  history_claimed_entries_total: {
    type: 'counter',
    help: 'Entries taken over from consumers that went silent',
    labels: ['shard'],
  },
  history_lost_entries_total: {
    type: 'counter',
    help: 'ALARM: pending entries that are gone from their stream',
    labels: ['shard'],
  },
  history_parked_entries: {
    type: 'gauge',
    help: 'Entries of a later version that wait for a worker that knows it',
    labels: ['shard'],
  },
  history_dead_letters_total: {
    type: 'counter',
    help: 'Dead letters: entry, record, document, deliveries',
    labels: ['cause'],
  },
  relay_events_total: { type: 'counter', help: 'Trip events told', labels: [] },
  relay_age_seconds: {
    type: 'histogram',
    help: 'Time from a trip event to its telling',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  relay_unheard_total: {
    type: 'counter',
    help: 'Tellings that no gateway heard; followers find out by comparison',
    labels: [],
  },
  relay_failures_total: {
    type: 'counter',
    help: 'Hints or trips that could not be told at once: read, relay, sweep',
    labels: ['step'],
  },
  swept_trips_total: { type: 'counter', help: 'Trips that were overdue for a look', labels: [] },
  match_owner: { type: 'gauge', help: '1 while this process matches the tier', labels: ['tier'] },
  match_open_trips: { type: 'gauge', help: 'Open trips that the matcher holds', labels: ['tier'] },
  match_waiting_trips: {
    type: 'gauge',
    help: 'Trips that wanted a driver in the last tick',
    labels: ['tier'],
  },
  match_tick_seconds: {
    type: 'histogram',
    help: 'Time of one tick of matching',
    labels: ['tier'],
    buckets: DURATION_BUCKETS,
  },
  match_solve_seconds: {
    type: 'histogram',
    help: 'Time of the assignment in one tick',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  match_fallbacks_total: {
    type: 'counter',
    help: 'Connected components that were matched closest pair first, because the budget was over',
    labels: [],
  },
  match_eta_total: {
    type: 'counter',
    help: 'Questions to the route engine, by outcome: answered, timeout, failed, open (circuit), busy (too many at once), late (no time left in the tick)',
    labels: ['outcome'],
  },
  match_eta_seconds: {
    type: 'histogram',
    help: 'Time until the route engine had answered, or not',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  match_offers_total: {
    type: 'counter',
    help: 'Offers, by outcome: offered, claim_failed, trip_gone, unknown',
    labels: ['outcome'],
  },
  match_offer_wait_seconds: {
    type: 'histogram',
    help: 'Wall time from a request to an offer of it',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  match_pickup_watch_total: {
    type: 'counter',
    help: 'Drivers who did not come nearer to a pick-up, by what was done: warn, reassign',
    labels: ['action'],
  },
  match_failures_total: {
    type: 'counter',
    help: 'Steps of matching that failed and come round again: tick, settle, considerations, timer',
    labels: ['step'],
  },
  settled_trips_total: {
    type: 'counter',
    help: 'Trips of which something was done that is due by time: release, give up, lapse, promotion; by whom',
    labels: ['by'],
  },
  swept_drivers_total: { type: 'counter', help: 'Drivers that left the live index unseen', labels: [] },
  sweep_failures_total: { type: 'counter', help: 'Sweeps that failed and come round again', labels: [] },
  queue_jobs_total: {
    type: 'counter',
    help: 'Runs of jobs, by outcome: done, retried, dead (a dead letter)',
    labels: ['queue', 'outcome'],
  },
  queue_add_failures_total: {
    type: 'counter',
    help: 'Jobs that their queue did not take; they come again',
    labels: ['queue'],
  },
  notifications_total: {
    type: 'counter',
    help: 'Notifications taken from the queue: new, again, late (of no use any more)',
    labels: ['outcome'],
  },
  notification_age_seconds: {
    type: 'histogram',
    help: 'Time from what a notification tells to its storing',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  notification_unheard_total: {
    type: 'counter',
    help: 'Notifications that no gateway heard; the phone gets them when it connects',
    labels: [],
  },
  pushes_total: {
    type: 'counter',
    help: 'Pushes through a provider: sent, gone and refused (the device), failed (tried again)',
    labels: ['provider', 'outcome'],
  },
  notification_emits_total: {
    type: 'counter',
    help: 'Notifications on sockets: sent, again, acked, given_up (until the next connection), full (too many wait)',
    labels: ['outcome'],
  },
  notification_lookups_total: {
    type: 'counter',
    help: 'Looks for unacknowledged notifications of a new connection: found, none, failed, full (too many wait)',
    labels: ['outcome'],
  },
  notification_ack_failures_total: {
    type: 'counter',
    help: 'Acknowledgements that the record did not take; the notification comes again',
    labels: [],
  },
  sign_ins_total: {
    type: 'counter',
    help: 'Sign-ins, registrations and refreshes, by outcome: ok or a code of the closed list; reused: a refresh token that was used before',
    labels: ['what', 'outcome'],
  },
  revocations_total: {
    type: 'counter',
    help: 'Revocations learnt, by source: here (written by this process), stream, record (Mongo)',
    labels: ['source'],
  },
  revocation_age_seconds: {
    type: 'histogram',
    help: 'Time from the writing of a revocation to its being known here',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  revocations_held: { type: 'gauge', help: 'Revocations held in memory', labels: [] },
  revocation_failures_total: {
    type: 'counter',
    help: 'Reads of what was revoked that failed and come round again, by source',
    labels: ['source'],
  },
  documents_total: {
    type: 'counter',
    help: 'Runs of documents through the checks, by outcome: clean, a code of rejection, settled (done before), fenced (another worker has taken over), postponed (S3 or Mongo is away)',
    labels: ['outcome'],
  },
  document_seconds: {
    type: 'histogram',
    help: 'Time of one run: read, checked, written, filed',
    labels: [],
    buckets: DURATION_BUCKETS,
  },
  document_wait_seconds: {
    type: 'histogram',
    help: 'Time from the upload of a document to its start',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  document_checker_failures_total: {
    type: 'counter',
    help: 'Child processes that gave no answer: time, memory, crash, failed, closed',
    labels: ['why'],
  },
  document_expiries_total: {
    type: 'counter',
    help: 'Documents that run out: reminded_30, reminded_15, reminded_1 (days before), lapsed',
    labels: ['step'],
  },
  degraded: { type: 'gauge', help: '1 while a dependency is degraded', labels: ['dependency'] },
} as const satisfies Record<string, MetricEntry>;

interface MetricEntry {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

export { AGE_BUCKETS, DURATION_BUCKETS, SIZE_BUCKETS };

type MetricOf<Entry extends MetricEntry> = Entry['type'] extends 'counter'
  ? Counter<Entry['labels'][number]>
  : Entry['type'] extends 'gauge'
    ? Gauge<Entry['labels'][number]>
    : Histogram<Entry['labels'][number]>;

export type Metrics = { readonly [Name in keyof typeof METRICS]: MetricOf<(typeof METRICS)[Name]> };

const PREFIX = 'rideline_';

function createMetric(registry: Registry, name: string, entry: MetricEntry): Counter | Gauge | Histogram {
  const options = {
    name: `${PREFIX}${name}`,
    help: entry.help,
    labelNames: [...entry.labels],
    registers: [registry],
  };
  switch (entry.type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, buckets: [...(entry.buckets ?? DURATION_BUCKETS)] });
  }
}

/** All metrics of the table on a registry of their own, beside Node's default ones. Names on the wire begin with `rideline_`. */
export function createMetrics(processName: string): { registry: Registry; metrics: Metrics } {
  const registry = new Registry();
  registry.setDefaultLabels({ process: processName });
  collectDefaultMetrics({ register: registry });
  const entries = Object.entries(METRICS).map(([name, entry]) => [name, createMetric(registry, name, entry)]);
  return { registry, metrics: Object.fromEntries(entries) as Metrics };
}
