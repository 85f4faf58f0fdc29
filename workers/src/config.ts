import { TRIP_RULES } from '@rideline/fleet/trips/trip-rules';
import { type Config, configPart } from '@rideline/platform/config/config';
import { positive, type VariableTable } from '@rideline/platform/config/variable';
import { z } from 'zod';
import { PUSH_VARIABLES, type PushSettings, parsePush } from './push-settings.ts';

export const WORKER_ROLES = [
  'history',
  'matching',
  'relay',
  'sweepers',
  'notifications',
  'documents',
] as const;
export type WorkerRole = (typeof WORKER_ROLES)[number];

const WORKER_VARIABLES = {
  RIDELINE_ROLES: {
    schema: z.string().default('history,matching,relay,sweepers,notifications,documents'),
    help: 'roles of a workers process, comma separated: history, matching, relay, sweepers, notifications, documents',
  },
  RIDELINE_HISTORY_BLOCK_MS: {
    schema: positive.max(30_000).default(5000),
    help: "longest wait of a driver's history block, ms",
  },
  RIDELINE_WAKE_AFTER_MS: {
    schema: positive.max(3_600_000).default(45_000),
    help: 'ms without a fix from the driver of an open trip after which their phone is woken by a push',
  },
  RIDELINE_WAKE_EVERY_MS: {
    schema: positive.max(86_400_000).default(180_000),
    help: 'shortest time between two such pushes to one driver, ms',
  },
  RIDELINE_MATCH_TICK_MS: {
    schema: positive.min(50).max(10_000).default(500),
    help: 'interval of matching, ms',
  },
  RIDELINE_OFFER_WINDOW_MS: {
    schema: positive.min(1000).max(3_600_000).default(TRIP_RULES.offerWindowMs),
    help: 'domain ms that a driver has to answer an offer',
  },
  RIDELINE_ETA_URL: {
    schema: z.url().optional(),
    help: 'route engine for the travel times of drivers to a pick-up; without it crow-fly distance at 4.5 m/s',
    secret: true,
  },
  RIDELINE_ETA_KIND: {
    schema: z.enum(['osrm', 'valhalla']).default('osrm'),
    help: "protocol of the route engine: OSRM's table service or Valhalla's sources_to_targets",
  },
  RIDELINE_CLAMD: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9._-]+:\d{1,5}$/)
      .optional(),
    help: "host:port of ClamAV's daemon, which scans every upload; documents wait while it is unavailable. Without it uploads are not scanned",
  },
  RIDELINE_DOCUMENT_CHECKERS: {
    schema: positive.max(64).default(2),
    help: 'maximum number of child processes that open documents, per workers process',
  },
  ...PUSH_VARIABLES,
} as const satisfies VariableTable;

export interface WorkerSettings {
  readonly roles: readonly WorkerRole[];
  readonly historyBlockMs: number;
  readonly matchTickMs: number;
  readonly offerWindowMs: number;
  readonly wakeAfterMs: number;
  readonly wakeEveryMs: number;
  /** The route engine for times by road; undefined: crow-fly times. */
  readonly eta: { readonly url: string; readonly kind: 'osrm' | 'valhalla' } | undefined;
  readonly push: readonly PushSettings[];
  readonly pushTimeoutMs: number;
  readonly clamd: { readonly host: string; readonly port: number } | undefined;
  readonly documentCheckers: number;
}

/** Environment variables of a workers process besides the shared ones. */
export const workerConfig = configPart(WORKER_VARIABLES, (values, faults): WorkerSettings => {
  const { RIDELINE_ETA_URL: etaUrl } = values;
  return {
    roles: parseRoles(values.RIDELINE_ROLES, faults),
    historyBlockMs: values.RIDELINE_HISTORY_BLOCK_MS,
    matchTickMs: values.RIDELINE_MATCH_TICK_MS,
    offerWindowMs: values.RIDELINE_OFFER_WINDOW_MS,
    wakeAfterMs: values.RIDELINE_WAKE_AFTER_MS,
    wakeEveryMs: values.RIDELINE_WAKE_EVERY_MS,
    eta: etaUrl === undefined ? undefined : { url: etaUrl, kind: values.RIDELINE_ETA_KIND },
    push: parsePush(values, faults),
    pushTimeoutMs: values.RIDELINE_PUSH_TIMEOUT_MS,
    clamd: parseAddress(values.RIDELINE_CLAMD),
    documentCheckers: values.RIDELINE_DOCUMENT_CHECKERS,
  };
});

export type WorkerConfig = Config & WorkerSettings;

function parseRoles(csv: string, faults: string[]): WorkerRole[] {
  const roles: WorkerRole[] = [];
  for (const part of csv.split(',').map((role) => role.trim())) {
    const role = WORKER_ROLES.find((known) => known === part);
    if (role) roles.push(role);
    else faults.push(`RIDELINE_ROLES: unknown role "${part}" (known: ${WORKER_ROLES.join(', ')})`);
  }
  return roles;
}

function parseAddress(address: string | undefined): { host: string; port: number } | undefined {
  const [host = '', port] = (address ?? '').split(':');
  return address === undefined ? undefined : { host, port: Number(port) };
}
