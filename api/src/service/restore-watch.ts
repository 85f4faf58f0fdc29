import { toIsoTime } from '@rideline/contract';
import type { Database } from '@rideline/fleet/store/database';
import { unfinishedRestore } from '@rideline/fleet/store/restore-record';
import type { Health } from '@rideline/platform/process/health';

const EVERY_MS = 5000;

/** Puts a restore that runs or was interrupted into this node's health: until it has finished, MongoDB holds a part of the backup only. */
export function watchRestore(parts: {
  readonly db: Database;
  readonly health: Health;
  readonly wallMs: () => number;
  readonly onError: (error: Error) => void;
}): { stop(): void } {
  const { db, health, wallMs } = parts;
  let isLooking = false;
  const look = async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const restore = await unfinishedRestore(db);
      if (restore === null) return health.cleared('restore');
      const began = `the restore that began at ${toIsoTime(restore.startedAt)}`;
      health.degraded(
        'restore',
        restore.until.getTime() > wallMs()
          ? `${began} is running: MongoDB holds a part of the backup only`
          : `${began} is unfinished: MongoDB holds a part of the backup only. Finish it: ./rideline restore with the same folder`,
      );
    } catch (error) {
      // A MongoDB that is away is a reason of its own.
      parts.onError(error as Error);
    } finally {
      isLooking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
