import { driver } from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { DispatchLoad } from '../harness/trips/dispatch-load.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';
import { faultsOfTrips, NO_FAULTS_FOUND } from '../harness/trips/trip-verdicts.ts';

/** T2 of docs/design/reliability.md, "Test programme": 2,000 trips with `test --faults`. */
const TRIPS = process.env.TEST_MODE === 'faults' ? 2000 : 200;
const PER_SECOND = process.env.TEST_MODE === 'faults' ? 25 : 10;
const DRIVERS = 50;
const SETTLE_MS = 150_000;
const BUDGET_MS = 60_000;

let harness: WorkersHarness;
beforeAll(async () => {
  harness = await startWorkersHarness({
    workers: 3,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers', RIDELINE_SEARCH_BUDGET_MS: String(BUDGET_MS) },
  });
});
afterAll(() => harness.stop());

/** The process that holds the matching lease; null while none does, or Redis is away. */
const ownerNow = () =>
  harness.state.hget(`${REGION}:{lease:matching:standard}`, 'holder').catch((): null => null);

it(`MATCH-9: ${TRIPS} trips while matchers are stopped, killed and started and Redis is restarted: one driver per trip, one trip per driver, all end`, async () => {
  const dispatch = new DispatchLoad(
    harness,
    tripStoreOf(harness, { searchBudgetMs: BUDGET_MS }),
    harness.state,
    DRIVERS,
  );
  dispatch.start(TRIPS, PER_SECOND);
  const owners = new Set<string>();
  for (let round = 0; dispatch.requested.length < TRIPS; round += 1) {
    const victim = `workers-${(round % 3) + 1}`;
    const owner = await ownerNow();
    if (owner) owners.add(owner);
    const hit = round % 2 === 0 ? (owner ?? victim) : victim;
    if (round % 4 === 3) {
      await harness.cluster.kill('redis-state');
      await harness.cluster.start('redis-state');
    } else if (round % 2 === 0) {
      await harness.cluster.pause(hit);
      // Longer than the lease: another process matches meanwhile, and the old owner continues with stale state.
      await vi.waitFor(async () => expect([null, hit]).not.toContain(await ownerNow()), {
        timeout: 30_000,
        interval: 100,
      });
      await dispatch.moreRequested(PER_SECOND);
      await harness.cluster.resume(hit);
    } else {
      await harness.cluster.kill(hit);
      await harness.cluster.start(hit);
    }
    await dispatch.moreRequested(1.5 * PER_SECOND);
  }
  const trips = await dispatch.untilAllEnded(SETTLE_MS);
  expect(faultsOfTrips(trips)).toEqual(NO_FAULTS_FOUND);
  expect(trips).toHaveLength(TRIPS);
  const completed = trips.filter(({ state }) => state.name === 'completed').length;
  expect(completed).toBeGreaterThan(TRIPS / 2);
  // No driver stays held for an offer that is over.
  await vi.waitFor(
    async () => {
      for (let number = 0; number < DRIVERS; number += 1) {
        const [until, trip] = await harness.state.hmget(
          driver(REGION, `cab-${number}` as never),
          'claimUntil',
          'trip',
        );
        expect([Number(until ?? 0) > Date.now(), trip]).toEqual([false, null]);
      }
    },
    { timeout: 60_000, interval: 500 },
  );
  await dispatch.stop();
  process.stdout.write(
    `assignments: ${TRIPS} trips, ${completed} completed, owners ${[...owners].join(' ')}, ${JSON.stringify(dispatch.failedCalls)}\n`,
  );
  // A run whose faults left no trace proves nothing: the lease must have changed its holder.
  expect(owners.size).toBeGreaterThan(1);
}, 900_000);
