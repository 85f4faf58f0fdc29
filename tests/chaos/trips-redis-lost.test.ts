import { tripHints } from '@rideline/fleet/redis/redis-keys';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkersHarness, type WorkersHarness } from '../harness/cluster/workers-harness.ts';
import { REGION } from '../harness/test-process.ts';
import { DispatchLoad } from '../harness/trips/dispatch-load.ts';
import { tripStoreOf } from '../harness/trips/trip-store-setup.ts';
import { faultsOfTrips, NO_FAULTS_FOUND } from '../harness/trips/trip-verdicts.ts';

/** T3 of docs/design/reliability.md, "Test programme", at full size in every run. */
const TRIPS = 500;
const PER_SECOND = 15;
const BUDGET_MS = 60_000;
const FLUSHES = 4;

let harness: WorkersHarness;
beforeAll(async () => {
  harness = await startWorkersHarness({
    workers: 2,
    env: { RIDELINE_ROLES: 'matching,relay,sweepers', RIDELINE_SEARCH_BUDGET_MS: String(BUDGET_MS) },
  });
});
afterAll(() => harness.stop());

it(`TRIP-16: ${TRIPS} trips while all of the state in Redis is lost repeatedly: every answered request ends`, async () => {
  const dispatch = new DispatchLoad(
    harness,
    tripStoreOf(harness, { searchBudgetMs: BUDGET_MS }),
    harness.state,
    40,
  );
  dispatch.start(TRIPS, PER_SECOND);
  let lost = 0;
  const asking = dispatch.allRequested;
  for (let round = 0; round < FLUSHES; round += 1) {
    await dispatch.moreRequested(1.5 * PER_SECOND);
    lost += await harness.state.dbsize();
    if (round % 2 === 0) await harness.state.flushall();
    else await harness.state.del(tripHints(REGION));
  }
  await asking;
  const trips = await dispatch.untilAllEnded(150_000);
  await dispatch.stop();
  expect(faultsOfTrips(trips)).toEqual(NO_FAULTS_FOUND);
  expect(trips).toHaveLength(TRIPS);
  expect(trips.filter(({ state }) => state.name === 'completed').length).toBeGreaterThan(TRIPS / 2);
  // The data that was deleted was in use.
  expect(lost).toBeGreaterThan(100);
}, 600_000);
