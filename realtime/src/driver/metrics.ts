import { AGE_BUCKETS, type MetricTable } from '@rideline/platform/metrics/metric-table';

export const DRIVER_METRICS = {
  gateway_frames_total: { type: 'counter', help: 'location:update frames taken', labels: [] },
  gateway_fixes_total: { type: 'counter', help: 'Fixes judged, by verdict', labels: ['verdict'] },
  gateway_fixes_late_total: { type: 'counter', help: 'Good fixes older than the live one', labels: [] },
  gateway_fixes_again_total: {
    type: 'counter',
    help: 'Fixes that had been received on their connection already',
    labels: [],
  },
  gateway_fixes_over_budget_total: {
    type: 'counter',
    help: 'Fixes refused with SCALE_003: their driver had used up the budget of fixes',
    labels: [],
  },
  gateway_fix_age_seconds: {
    type: 'histogram',
    help: 'Age of the newest fix of a frame when a gateway gets it; one frame in eight',
    labels: [],
    buckets: AGE_BUCKETS,
  },
  gateway_acks_total: { type: 'counter', help: 'Cumulative location:ack sent', labels: [] },
  trip_positions_total: {
    type: 'counter',
    help: "Positions offered to trips' logs, by outcome",
    labels: ['outcome'],
  },
  driver_trip_repairs_total: {
    type: 'counter',
    help: 'drivers whose gateway did not know which trip they are on, found by comparing with their hashes',
    labels: [],
  },
  driver_durable_repairs_total: {
    type: 'counter',
    help: 'Boots whose durable fixes the gateway learned from the driver hash, not from a message of the history workers',
    labels: [],
  },
  driver_session_repairs_total: {
    type: 'counter',
    help: 'Connected drivers whose hash the state Redis had lost: gateway, epoch, status, boots and durable written again',
    labels: [],
  },
  uplink_policies_total: {
    type: 'counter',
    help: 'Uplink policies sent to phones because theirs had changed, by name and reason',
    labels: ['name', 'reason'],
  },
  health_entries_total: {
    type: 'counter',
    help: "Entries of drivers' health: written (one write may hold several), failed (tried again), dropped (too many wait for MongoDB)",
    labels: ['outcome'],
  },
  driver_syncs_total: {
    type: 'counter',
    help: "Answers to a driver's sync, by where queued trip and offers came from: redis (no read of MongoDB), mongo (the driver hash was new or lost, or an answer to an offer was not relayed yet)",
    labels: ['source'],
  },
  driver_offers_total: {
    type: 'counter',
    help: 'Offers on their way to phones: sent, sent_again, acknowledged, revoked',
    labels: ['step'],
  },
} as const satisfies MetricTable;
