import type { MetricTable } from '@rideline/platform/metrics/metric-table';

export const SOCKET_METRICS = {
  gateway_sockets: { type: 'gauge', help: 'Open sockets', labels: ['namespace'] },
  gateway_refused_total: {
    type: 'counter',
    help: 'Handshakes and events refused, by code of the closed list',
    labels: ['stage', 'code'],
  },
  gateway_strangers_closed_total: {
    type: 'counter',
    help: 'Connections without a good token that were cut: refused (handshakes), connects (too many handshakes), packets (too many), late (no token in 10 s), evicted (too many connections of the address, or in all)',
    labels: ['reason'],
  },
  gateway_unauthenticated: { type: 'gauge', help: 'Connections without an authenticated socket', labels: [] },
  gateway_unresponsive_replaced_total: {
    type: 'counter',
    help: 'Sockets that did not answer a ping and gave way to a newer one of their user',
    labels: [],
  },
  gateway_refused_networks: {
    type: 'gauge',
    help: 'Client networks with refused handshakes in memory (at most 10,000)',
    labels: [],
  },
  gateway_handshakes_queued_total: {
    type: 'counter',
    help: 'Handshakes after a refusal, or of a network over its budget: verified at most 200 a second',
    labels: [],
  },
  gateway_handshakes_waiting: { type: 'gauge', help: 'Handshakes in that queue', labels: [] },
  gateway_goodbyes_total: {
    type: 'counter',
    help: 'Sockets closed by the server, by reason',
    labels: ['code'],
  },
  inbox_messages_total: { type: 'counter', help: 'Messages from other processes, by type', labels: ['type'] },
  trip_commands_total: {
    type: 'counter',
    help: 'Requests, commands and answers to offers by socket, by outcome: ok or a code of the closed list',
    labels: ['command', 'outcome'],
  },
  notification_emits_total: {
    type: 'counter',
    help: 'Notifications on sockets: sent, again, acked, given_up (until the next connection), full (too many wait)',
    labels: ['outcome'],
  },
  notification_lookups_total: {
    type: 'counter',
    help: 'Looks for unacknowledged notifications of a new connection: known (Redis knows of none, MongoDB is not asked), found, none, failed, full (too many wait)',
    labels: ['outcome'],
  },
  notification_ack_failures_total: {
    type: 'counter',
    help: 'Acknowledgements that MongoDB did not store; the notification is sent again',
    labels: [],
  },
} as const satisfies MetricTable;
