import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Test files at a time. Three take a fifth less time on two cores, and leave none for the moments in which a test breaks something (decision 0182). */
export const FILES_AT_A_TIME = 2;

/** Seconds of the files that take longest, on two cores. A guess is enough: a wrong one costs time and nothing else. */
const SECONDS: Readonly<Record<string, number>> = {
  'infra/mongo-standin/standin.test.ts': 50,
  'tests/chaos/assignments.test.ts': 31,
  'tests/chaos/caches.test.ts': 19,
  'tests/chaos/clocks.test.ts': 18,
  'tests/chaos/documents.test.ts': 19,
  'tests/chaos/kill-each.test.ts': 105,
  'tests/chaos/log-tail-cut.test.ts': 22,
  'tests/chaos/long-commands.test.ts': 50,
  'tests/chaos/planted-bugs.test.ts': 29,
  'tests/chaos/pool.test.ts': 37,
  'tests/chaos/rate-limits.test.ts': 17,
  'tests/chaos/trips-redis-lost.test.ts': 41,
  'tests/chaos/unknown-results.test.ts': 59,
  'tests/chaos/uploads-load.test.ts': 43,
  'tests/e2e/api-pages.test.ts': 18,
  'tests/e2e/artillery-outside.test.ts': 59,
  'tests/e2e/described-clients.test.ts': 20,
  'tests/e2e/load-chaos.test.ts': 62,
  'tests/e2e/load-comparison.test.ts': 63,
  'tests/e2e/load-lab.test.ts': 164,
  'tests/e2e/load-report.test.ts': 20,
  'tests/e2e/operator-actions.test.ts': 85,
  'tests/e2e/operator-page.test.ts': 100,
  'tests/e2e/phone-pages.test.ts': 85,
  'tests/e2e/replay.test.ts': 78,
  'tests/e2e/requested-trips.test.ts': 25,
  'tests/e2e/sdk-driver.test.ts': 48,
  'tests/e2e/sdk-rider.test.ts': 27,
  'tests/e2e/sdk-trips.test.ts': 60,
  'tests/integration/api-access.test.ts': 30,
  'tests/integration/api-shedding.test.ts': 33,
  'tests/integration/api-trips.test.ts': 17,
  'tests/integration/cluster-health.test.ts': 65,
  'tests/integration/commands-record.test.ts': 43,
  'tests/integration/document-processing.test.ts': 30,
  'tests/integration/documents-sweep.test.ts': 33,
  'tests/integration/driver-phone.test.ts': 33,
  'tests/integration/gateway-attacks.test.ts': 37,
  'tests/integration/gateway-faults.test.ts': 31,
  'tests/integration/gateway-ingest.test.ts': 25,
  'tests/integration/gateway-overload.test.ts': 24,
  'tests/integration/gateway-recovery.test.ts': 24,
  'tests/integration/gateway-strangers.test.ts': 66,
  'tests/integration/gateway-trips.test.ts': 21,
  'tests/integration/history-delivery.test.ts': 30,
  'tests/integration/history-path.test.ts': 27,
  'tests/integration/invariant-checker.test.ts': 20,
  'tests/integration/launcher.test.ts': 45,
  'tests/integration/load-baseline.test.ts': 47,
  'tests/integration/load-fleet.test.ts': 28,
  'tests/integration/lost-mongo.test.ts': 64,
  'tests/integration/matching.test.ts': 27,
  'tests/integration/notifications.test.ts': 53,
  'tests/integration/offer-timers.test.ts': 18,
  'tests/integration/person-erasure.test.ts': 17,
  'tests/integration/process-id.test.ts': 30,
  'tests/integration/redis-lifetimes.test.ts': 28,
  'tests/integration/retention.test.ts': 17,
  'tests/integration/revocation.test.ts': 24,
  'tests/integration/silent-driver.test.ts': 70,
  'tests/integration/silent-redis.test.ts': 33,
  'tests/integration/state-redis-lost.test.ts': 17,
  'tests/integration/stock-clients.test.ts': 26,
  'tests/integration/trip-sharing.test.ts': 40,
  'tests/packages/sdk-package.test.ts': 35,
};
/** Of a file that is not in the table. */
const SECONDS_WITH_SERVERS = 10;
const SECONDS_WITHOUT = 0.3;

/** The files whose time is in the table; a test checks that they exist. */
export const TIMED_FILES = Object.keys(SECONDS);

/** Breaks or loads a cluster for most of its time. */
const HEAVY = /^tests\/(chaos\/|e2e\/(load-|replay|artillery))/;
/** Draws pages: a core for each browser. */
const BROWSER = /^tests\/e2e\/(operator-|phone-|api-pages|sdk-browser-)/;
const WITH_SERVERS = /^(tests\/(integration|chaos|e2e|packages)|infra\/mongo-standin)\//;

const secondsOf = (file: string): number =>
  SECONDS[file] ?? (WITH_SERVERS.test(file) ? SECONDS_WITH_SERVERS : SECONDS_WITHOUT);

/**
 * The order in which files begin: longest first, but of the heavy ones, and of those with a browser, one begins when by the expected times the one
 * before it has ended. Heavy ones go first, so that one of them always runs beside another file; files without servers fill what is left at the
 * end. An order, not a lock: where a file takes longer than expected, two of a kind overlap.
 */
export function fileOrder(files: readonly string[]): string[] {
  const longestFirst = [...files].sort((a, b) => secondsOf(b) - secondsOf(a) || (a < b ? -1 : 1));
  const left = [
    ...longestFirst.filter((file) => HEAVY.test(file)),
    ...longestFirst.filter((file) => !HEAVY.test(file)),
  ];
  const freeAt = Array.from({ length: FILES_AT_A_TIME }, () => 0);
  const busyUntil = new Map([HEAVY, BROWSER].map((kind) => [kind, 0]));
  const order: string[] = [];
  while (left.length > 0) {
    const now = Math.min(...freeAt);
    const next = left.findIndex((file) =>
      [...busyUntil].every(([kind, end]) => end <= now || !kind.test(file)),
    );
    const [file = ''] = left.splice(Math.max(next, 0), 1);
    const end = now + secondsOf(file);
    freeAt[freeAt.indexOf(now)] = end;
    for (const kind of busyUntil.keys()) if (kind.test(file)) busyUntil.set(kind, end);
    order.push(file);
  }
  return order;
}

/** vitest's side of `fileOrder`. */
export class FileOrder extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const byFile = Map.groupBy(specifications, ({ moduleId }) => relative(root, moduleId));
    return fileOrder([...byFile.keys()]).flatMap((file) => byFile.get(file) ?? []);
  }
}
