import { AGE_BUCKETS, type MetricTable } from '@rideline/platform/metrics/metric-table';

export const RIDER_METRICS = {
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
  followed_trips: { type: 'gauge', help: 'Trips followed on this gateway', labels: [] },
  watcher_reports_total: {
    type: 'counter',
    help: 'Writes of who follows a trip, by outcome: same (nothing changed), changed (the driver was told), failed',
    labels: ['outcome'],
  },
  track_repairs_total: {
    type: 'counter',
    help: "Comparisons with a trip's log that found something missing, by outcome",
    labels: ['outcome'],
  },
} as const satisfies MetricTable;
