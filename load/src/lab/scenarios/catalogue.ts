import type { PlaceNeeds } from '../runner/load-place.ts';
import type { AskedRate, Scenario } from './scenario.ts';
import type { ThresholdId } from './thresholds.ts';

const CLUSTER: PlaceNeeds = {
  scale: { gateway: 2, api: 1, workers: 1 },
  s3: false,
  fronts: 1,
  env: {},
};
const WITH_UPLOADS: PlaceNeeds = { ...CLUSTER, s3: true, env: { RIDELINE_DOCUMENTS_PER_MINUTE: '3000' } };
/** 10,000 users at once, and their REST connections: more than one HAProxy serves below 20,000 open files. */
const FOR_ALL: PlaceNeeds = { ...WITH_UPLOADS, fronts: 2 };

const OF_LOCATIONS: readonly ThresholdId[] = ['location-ack-p95', 'mongo-write-p95', 'error-share'];
const OF_BOOKINGS: readonly ThresholdId[] = [
  'trip-create-p95',
  'trip-assigned-p95',
  'assigned-in-time',
  'matching-drain',
];
const OF_MIXED: readonly ThresholdId[] = [
  ...OF_BOOKINGS,
  'driver-search-p95',
  'cache-hits',
  'mongo-read-p95',
  'queue-waiting',
  ...OF_LOCATIONS,
];

const fixes: AskedRate = {
  what: 'Location updates',
  unit: 'per second',
  asked: ({ rate }) => rate,
  counted: { counter: 'fixes.sent' },
};
const trips: AskedRate = {
  what: 'Trip requests',
  unit: 'per second',
  asked: () => null,
  counted: { counter: 'trips.requested' },
};
const searches: AskedRate = {
  what: 'Driver searches',
  unit: 'per second',
  asked: () => null,
  counted: { latency: 'driver.search' },
};
const operations: AskedRate = {
  what: 'Operations of all kinds',
  unit: 'per second',
  asked: () => null,
  counted: { counter: 'operations.sent' },
};
const uploads: AskedRate = {
  what: 'Uploads accepted',
  unit: 'per second',
  asked: () => null,
  counted: { counter: 'uploads.accepted' },
};
const positions: AskedRate = {
  what: 'Positions on riders’ screens',
  unit: 'per second',
  asked: () => null,
  counted: { counter: 'positions.received' },
};

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'baseline',
    title: 'Baseline: a mixed load of drivers, bookings and searches',
    summary: 'a mixed load: fixes, trip requests that rise to 420/s, 40 searches/s',
    defaults: { users: 3000, minutes: 5, rate: 5000 },
    file: 'baseline.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    asked: [fixes, trips, searches, operations],
    special: null,
  },
  {
    name: 'stress',
    title: 'Stress: twice the baseline',
    summary: 'twice the baseline',
    defaults: { users: 6000, minutes: 5, rate: 10_000 },
    file: 'stress.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    asked: [fixes, trips, searches, operations],
    special: null,
  },
  {
    name: 'peak',
    title: 'Peak: 20,000 messages per second asked for',
    summary: '20,000 messages/s asked for; what was reached is printed',
    defaults: { users: 6000, minutes: 3, rate: 20_000 },
    file: 'peak.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_LOCATIONS,
    asked: [fixes, operations],
    special: null,
  },
  {
    name: 'spike',
    title: 'Spike: 10 and 100 times as many trip requests within seconds',
    summary: '10× and 100× the trip requests within seconds; depth of the queue and time to drain',
    defaults: { users: 2000, minutes: 5, rate: 100 },
    file: 'spike.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: [...OF_BOOKINGS, 'queue-waiting', 'error-share'],
    asked: [{ ...trips, asked: ({ rate }) => rate }, operations],
    special: 'spike',
  },
  {
    name: 'location-flood',
    title: 'Location flood: fixes of 10,000 drivers',
    summary: '10,000 drivers send fixes',
    defaults: { users: 10_000, minutes: 5, rate: 5000 },
    file: 'location-flood.yml',
    generators: 1,
    needs: { ...CLUSTER, fronts: 2 },
    thresholds: OF_LOCATIONS,
    asked: [fixes],
    special: null,
  },
  {
    name: 'uploads',
    title: 'Uploads: 7,000 people upload a document, with real bytes',
    summary: '7,000 people upload a document at once, with real bytes',
    defaults: { users: 7000, minutes: 5, rate: null },
    file: 'uploads.yml',
    generators: 1,
    needs: WITH_UPLOADS,
    thresholds: ['queue-waiting', 'mongo-read-p95', 'mongo-write-p95', 'error-share'],
    asked: [uploads],
    special: null,
  },
  {
    name: 'tracking',
    title: 'Tracking: 3,000 riders follow their trips',
    summary: '3,000 riders follow their trips',
    defaults: { users: 6000, minutes: 5, rate: 1000 },
    file: 'tracking.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: [...OF_LOCATIONS],
    asked: [fixes, positions],
    special: null,
  },
  {
    name: 'soak',
    title: 'Soak: a steady mixed load for hours',
    summary: 'a steady mixed load for 60 minutes; slopes of memory, CPU and files',
    defaults: { users: 1500, minutes: 60, rate: 1000 },
    file: 'soak.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: [...OF_MIXED, 'soak-flat'],
    asked: [fixes, trips, searches, operations],
    special: 'soak',
  },
  {
    name: 'combined',
    title: 'Combined: 10,000 users connected at once, of every kind',
    summary: '10,000 users at once: followers, uploads, searches, bookings and fixes',
    defaults: { users: 10_000, minutes: 10, rate: 1000 },
    file: 'combined.yml',
    generators: 2,
    needs: FOR_ALL,
    thresholds: OF_MIXED,
    asked: [fixes, trips, searches, positions, uploads, operations],
    special: null,
  },
  {
    name: 'chaos',
    title: 'Chaos: faults during the combined load',
    summary: 'combined, while processes are killed and servers stopped, slowed and cut off',
    defaults: { users: 2000, minutes: 15, rate: 300 },
    file: 'combined.yml',
    generators: 1,
    needs: WITH_UPLOADS,
    thresholds: ['faults-recovered', 'breakers-worked'],
    asked: [fixes, trips, operations],
    special: 'chaos',
  },
  {
    name: 'websocket-latency',
    title: 'WebSocket latency: from a driver to a rider',
    summary: "a driver's position until the rider's screen, a driver's command until the rider's event",
    defaults: { users: 200, minutes: 3, rate: 100 },
    file: 'websocket-latency.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: ['location-ack-p95', 'error-share'],
    asked: [fixes, positions],
    special: null,
  },
];

export const SCENARIO_NAMES: readonly string[] = SCENARIOS.map(({ name }) => name);

/** Undefined for an unknown name. */
export const scenarioOf = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);

export const allScenarios = (): readonly Scenario[] => SCENARIOS;
