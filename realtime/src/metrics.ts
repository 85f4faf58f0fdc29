import { REVOCATION_METRICS } from '@rideline/fleet/accounts/revocation-metrics';
import { FIX_LOG_METRICS } from '@rideline/fleet/fixes/fix-log-metrics';
import { LIVE_INDEX_METRICS } from '@rideline/fleet/live/live-index-metrics';
import type { MetricsOf } from '@rideline/platform/metrics/metric-table';
import type { Metrics } from '@rideline/platform/metrics/metrics';
import { DRIVER_METRICS } from './driver/metrics.ts';
import { OPERATOR_METRICS } from './operator/metrics.ts';
import { RIDER_METRICS } from './rider/metrics.ts';
import { SOCKET_METRICS } from './socket/metrics.ts';
import { WIRE_METRICS } from './wire/metrics.ts';

/** What a gateway counts besides the platform's metrics. */
export const GATEWAY_METRICS = {
  ...REVOCATION_METRICS,
  ...FIX_LOG_METRICS,
  ...LIVE_INDEX_METRICS,
  ...SOCKET_METRICS,
  ...WIRE_METRICS,
  ...DRIVER_METRICS,
  ...RIDER_METRICS,
  ...OPERATOR_METRICS,
} as const;

export type GatewayMetrics = Metrics & MetricsOf<typeof GATEWAY_METRICS>;
