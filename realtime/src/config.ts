import { type Config, configPart } from '@rideline/platform/config/config';
import { positive, type VariableTable } from '@rideline/platform/config/variable';

const GATEWAY_VARIABLES = {
  RIDELINE_LIVE_INDEX_MS: {
    schema: positive.max(10_000).default(250),
    help: 'interval of writes to the live index, ms',
  },
  RIDELINE_ACK_INTERVAL_MS: {
    schema: positive.max(60_000).default(5000),
    help: 'interval of location:ack, ms',
  },
  RIDELINE_MAX_CONNECTIONS: {
    schema: positive.default(8000),
    help: 'sockets of one gateway; more are refused SCALE_006',
  },
} as const satisfies VariableTable;

export interface GatewaySettings {
  readonly liveIndexMs: number;
  readonly ackIntervalMs: number;
  readonly maxConnections: number;
}

/** What a gateway reads besides the shared variables. */
export const gatewayConfig = configPart(
  GATEWAY_VARIABLES,
  (values): GatewaySettings => ({
    liveIndexMs: values.RIDELINE_LIVE_INDEX_MS,
    ackIntervalMs: values.RIDELINE_ACK_INTERVAL_MS,
    maxConnections: values.RIDELINE_MAX_CONNECTIONS,
  }),
);

export type GatewayConfig = Config & GatewaySettings;
