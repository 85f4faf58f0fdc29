import type { TripEvent, TripId } from '@rideline/contract';
import { openDatabase } from '@rideline/fleet/collections';
import { type StoredTrip, tripCollection } from '@rideline/fleet/trips/trip-collection';
import type { DrivenCab } from '@rideline/load/simulation/cabs/driven-cab';
import { areSettled, checkTrips, type TripFindings } from '@rideline/load/simulation/checks/trip-check';
import { seededHabits } from '@rideline/load/simulation/habits';
import { Replay } from '@rideline/load/simulation/replay';
import { loadTrace } from '@rideline/load/simulation/trace/trace';
import { connectMongo, type Mongo } from '@rideline/platform/mongo/mongo';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWholeCluster, type WholeCluster } from '../harness/cluster/whole-cluster.ts';
import { testLogger } from '../harness/test-process.ts';

const CABS = 80;
const SPEED = 30;
const SEED = 1;
/** Enough for each kind of answer to occur. */
const OFFERS = 30;
const COMPLETED = 4;

let whole: WholeCluster;
let replay: Replay;
let mongo: Mongo;
beforeAll(async () => {
  const trace = await loadTrace(CABS);
  whole = await startWholeCluster({
    trace: { startAt: trace.startAt, rate: SPEED },
    env: { RIDELINE_SEARCH_FRESH_MS: '180000' },
  });
  const { cluster, clock, api, token } = whole;
  const trips = { requested: seededHabits(SEED) };
  replay = new Replay({ url: cluster.url, trace: whole.fromNow(trace), clock, api, token, trips });
  mongo = await connectMongo({ uri: cluster.env.MONGODB_URI ?? '', name: 'test', log: testLogger });
});
afterAll(async () => {
  replay?.close();
  await mongo?.close();
  await whole?.stop();
});

const requested = () => {
  if (replay.requested === null) throw new Error('no trips are requested');
  return replay.requested;
};
const check = () => checkTrips(requested().tripIds, whole.api);

/** What the habits of this seed say about the offers that each cab has had. */
function expectedCounts(cabs: readonly DrivenCab[]) {
  const habits = seededHabits(SEED);
  const kinds = cabs.flatMap((cab) =>
    Array.from({ length: cab.counts.offers }, (_, index) => habits.onOffer(cab.id, index + 1).kind),
  );
  const count = (kind: string) => kinds.filter((one) => one === kind).length;
  return { offers: kinds.length, accept: count('accept'), decline: count('decline'), missed: count('miss') };
}

it('OPS-71: on a whole cluster drivers answer offers as the habits of the seed say, and riders are driven', async () => {
  await replay.connectAll(30_000);
  replay.start();
  await vi.waitFor(
    () => {
      const { offers, states } = requested().figures();
      expect(offers.offers).toBeGreaterThanOrEqual(OFFERS);
      expect(states.completed ?? 0).toBeGreaterThanOrEqual(COMPLETED);
    },
    { timeout: 240_000, interval: 100 },
  );
  const cabs = [...replay.cabs.values()] as DrivenCab[];
  const { offers } = requested().figures();
  const expected = expectedCounts(cabs);
  expect([offers.offers, offers.missed]).toEqual([expected.offers, expected.missed]);
  // Of the others, some were revoked before the driver answered, and some answers are on their way.
  expect(offers.declined).toBeLessThanOrEqual(expected.decline);
  expect(offers.accepted).toBeLessThanOrEqual(expected.accept);
  expect(offers.accepted).toBeGreaterThanOrEqual(COMPLETED);
  expect(expected.missed + expected.decline).toBeGreaterThan(0);
});

it('OPS-72: at the end MongoDB has every requested trip with all its events, ended, and none with a conflict', async () => {
  await replay.settleTrips();
  replay.stopPushing();
  expect(replay.riderTotals().problems).toEqual([]);
  const ids = requested().tripIds;
  const findings = await check();
  expect(findings).toMatchObject({ total: ids.length, lost: [], overlaps: [], twoDrivers: [], holes: [] });
  expect(areSettled(findings)).toBe(true);
  expect(Object.values(findings.states).reduce((sum, count) => sum + count, 0)).toBe(ids.length);
  expect(findings.states.completed ?? 0).toBeGreaterThanOrEqual(COMPLETED);
});

it('OPS-72: what is planted in MongoDB is reported: a lost trip, an open one, a hole, a second driver, a driver on two trips', async () => {
  const trips = openDatabase(mongo).collection(tripCollection);
  const completed = await trips.find({ 'state.name': 'completed' } as object).toArray();
  const [one, other] = completed as [StoredTrip, StoredTrip];
  const acceptance = (trip: StoredTrip) => {
    const found = trip.events.findIndex(({ type }) => type === 'accepted');
    return [trip.events[found] as TripEvent, found] as const;
  };

  async function planted(tripId: TripId, events: readonly TripEvent[] | null): Promise<TripFindings> {
    const kept = await trips.findOne({ _id: tripId });
    if (kept === null) throw new Error(`no trip ${tripId}`);
    if (events === null) await trips.deleteOne({ _id: tripId });
    else await trips.updateOne({ _id: tripId }, { $set: { events: [...events] } });
    try {
      return await check();
    } finally {
      await trips.replaceOne({ _id: tripId }, kept, { upsert: true });
    }
  }

  expect((await planted(one._id, null)).lost).toEqual([one._id]);
  const open = await planted(one._id, one.events.slice(0, -1));
  expect(areSettled(open)).toBe(false);
  expect((await planted(one._id, one.events.toSpliced(1, 1))).holes).toEqual([one._id]);
  const [accepted, at] = acceptance(one);
  const [theirs] = acceptance(other);
  const second = { ...accepted, data: { ...accepted.data, driverId: theirs.data.driverId } };
  const twice = one.events
    .toSpliced(at + 1, 0, second)
    .map((event, index) => ({ ...event, version: index + 1 }));
  expect((await planted(one._id, twice)).twoDrivers).toEqual([one._id]);
  // The other trip's driver accepts this one too, at the same time.
  const ends = one.events.at(-1)?.at ?? 0;
  const both = one.events.map((event) =>
    event === accepted
      ? { ...event, at: theirs.at, data: { ...theirs.data, slot: 'active' } }
      : { ...event, at: Math.max(event.at, ends, theirs.at + 1) },
  );
  expect((await planted(one._id, both)).overlaps).toContainEqual(expect.stringContaining(one._id));
  expect(areSettled(await check())).toBe(true);
});
