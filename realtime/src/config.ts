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
    help: 'authenticated connections of one gateway; more are refused SCALE_006',
  },
  RIDELINE_UNAUTHENTICATED_PER_ADDRESS: {
    schema: positive.default(500),
    help: 'connections of one address (IPv6: /64) that have not shown a token, on one gateway; the oldest gives way. All addresses together: half of RIDELINE_MAX_CONNECTIONS',
  },
} as const satisfies VariableTable;

export interface GatewaySettings {
  readonly liveIndexMs: number;
  readonly ackIntervalMs: number;
  readonly maxConnections: number;
  readonly maxUnauthenticatedPerAddress: number;
}

/** What a gateway reads besides the shared variables. */
export const gatewayConfig = configPart(
  GATEWAY_VARIABLES,
  (values): GatewaySettings => ({
    liveIndexMs: values.RIDELINE_LIVE_INDEX_MS,
    ackIntervalMs: values.RIDELINE_ACK_INTERVAL_MS,
    maxConnections: values.RIDELINE_MAX_CONNECTIONS,
    maxUnauthenticatedPerAddress: values.RIDELINE_UNAUTHENTICATED_PER_ADDRESS,
  }),
);

export type GatewayConfig = Config & GatewaySettings;

/**
 * Connections without a token that a gateway holds besides its `maxConnections` authenticated ones. Half: in a wave of reconnecting
 * phones a handshake may take a second, and one that is cut before its token was looked at comes back and makes the wave longer.
 */
export function maxUnauthenticatedFor(maxConnections: number): number {
  return Math.max(64, Math.ceil(maxConnections / 2));
}
