import { apiConfig } from '@rideline/api/config';
import { proxyConfig } from '@rideline/infra/proxy/proxy-variables';
import { gatewayConfig } from '@rideline/realtime/config';
import { workerConfig } from '@rideline/workers/config';

/** The tables of variables of all processes and of HAProxy: what the launcher checks before it starts them. */
export const PROCESS_CONFIGS = [gatewayConfig, apiConfig, workerConfig, proxyConfig] as const;
