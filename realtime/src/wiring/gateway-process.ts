import type { OpenProcess } from '@rideline/platform/open-process';
import type { GatewaySettings } from '../config.ts';
import type { GATEWAY_METRICS } from '../metrics.ts';

/** The process that the rooms are wired in. */
export type GatewayProcess = OpenProcess<GatewaySettings, typeof GATEWAY_METRICS>;
