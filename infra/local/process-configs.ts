import { apiConfig } from '@rideline/api/config';
import { gatewayConfig } from '@rideline/realtime/config';
import { workerConfig } from '@rideline/workers/config';

/** The tables of variables of all processes: what the launcher checks before it starts them. */
export const PROCESS_CONFIGS = [gatewayConfig, apiConfig, workerConfig] as const;
