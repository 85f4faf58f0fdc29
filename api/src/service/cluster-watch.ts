import type { RegionId } from '@rideline/contract';
import {
  forgetMembers,
  type MissingMember,
  missingOf,
  readMembers,
} from '@rideline/fleet/redis/cluster-members';
import type { Health } from '@rideline/platform/process/health';
import type { RedisClient } from '@rideline/platform/redis/redis';

const EVERY_MS = 2000;

/** Visible effects while no process performs a part of the work. */
const NOTICED: Readonly<Record<string, string>> = {
  gateway: 'no phone can connect',
  api: 'requests over HTTP are not answered',
  history: 'positions wait in the log and are stored later',
  matching: 'riders get no driver',
  relay: 'riders and drivers receive changes late or not at all',
  sweepers: 'scheduled rides do not start, and rides without a driver do not end',
  notifications: 'no notifications are sent',
  documents: 'uploaded documents are not checked',
};
const DONE_BY_OTHERS = 'the others do its work';

function reasonOf({ silentMs, isStopped, undone }: MissingMember): string {
  const noticed = undone.map((part) => NOTICED[part] ?? `no process performs ${part}`).join('; ');
  const seconds = Math.round(silentMs / 1000);
  const since = isStopped ? `stopped ${seconds} s ago` : `no sign of life for ${seconds} s`;
  return `${since}: ${noticed || DONE_BY_OTHERS}`;
}

/** Puts every process of the region that should run and does not into this node's health, until it is back. */
export function watchCluster(parts: {
  readonly state: RedisClient;
  readonly region: RegionId;
  readonly health: Health;
  readonly onError: (error: Error) => void;
}): { stop(): void } {
  const { state, region, health } = parts;
  let named = new Set<string>();
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const members = await readMembers(state, region);
      const missing = missingOf(members);
      for (const member of missing) health.degraded(member.id, reasonOf(member), 'process');
      const ids = new Set(missing.map(({ id }) => id));
      for (const id of named) if (!ids.has(id)) health.cleared(id);
      named = ids;
      await forgetMembers(state, region, members);
    } catch (error) {
      // A state Redis that is away is a reason of its own.
      parts.onError(error as Error);
    } finally {
      isLooking = false;
    }
  };
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
