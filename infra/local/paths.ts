import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Holds everything that Rideline writes on this machine; not part of the repository. */
export const STATE_DIR = join(ROOT, '.rideline');
export const TOOLS_DIR = join(STATE_DIR, 'tools');
export const KEYS_DIR = join(STATE_DIR, 'keys');
export const TOKEN_KEYS_FILE = join(KEYS_DIR, 'tokens.json');
export const OPERATOR_FILE = join(KEYS_DIR, 'operator.json');
export const S3_KEYS_FILE = join(KEYS_DIR, 's3.json');

/** Data of `up`, kept between runs, and of `demo`, wiped at every start. */
export const UP_DIR = join(STATE_DIR, 'up');
export const DEMO_DIR = join(STATE_DIR, 'demo');

/** The one cluster of this checkout (`up` or `demo`). A cluster elsewhere has its file in its data folder. */
export const CLUSTER_FILE = join(STATE_DIR, 'cluster.json');

/** The cluster file that belongs to a data folder. */
export function clusterFileOf(dataDir: string): string {
  return dataDir.startsWith(`${STATE_DIR}/`) ? CLUSTER_FILE : join(dataDir, 'cluster.json');
}
