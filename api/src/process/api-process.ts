import type { OpenProcess } from '@rideline/platform/open-process';
import type { ApiSettings } from '../config.ts';
import type { API_METRICS } from '../metrics.ts';

/** The process of the API. */
export type ApiProcess = OpenProcess<ApiSettings, typeof API_METRICS>;
