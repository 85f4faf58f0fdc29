import type { OpenProcess } from '@rideline/platform/open-process';
import type { ApiSettings } from '../config.ts';
import type { API_METRICS } from '../metrics.ts';

/** The process that the API is wired in. */
export type ApiProcess = OpenProcess<ApiSettings, typeof API_METRICS>;
