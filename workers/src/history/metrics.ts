import {
  AGE_BUCKETS,
  DURATION_BUCKETS,
  type MetricsOf,
  type MetricTable,
  SIZE_BUCKETS,
} from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';

export const HISTORY_METRICS = {
  fix_age_durable_seconds: {
    type: 'histogram',
    help: 'Age of a fix when a majority of MongoDB has stored it',
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
    help: 'Entries removed after all groups acknowledged them',
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
    help: 'Steps of history that failed and were retried: read, write, durable, inbox, ack',
    labels: ['step'],
  },
  history_claimed_entries_total: {
    type: 'counter',
    help: 'Entries taken over from consumers that went silent',
    labels: ['shard'],
  },
  history_lost_entries_total: {
    type: 'counter',
    help: 'ALARM: pending entries that are no longer in their stream',
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
  history_dead_letters_removed_total: {
    type: 'counter',
    help: 'ALARM: dead letters removed, the oldest first, because there were too many or too large ones',
    labels: ['shard'],
  },
} as const satisfies MetricTable;

export type HistoryMetrics = Metrics & MetricsOf<typeof HISTORY_METRICS>;
