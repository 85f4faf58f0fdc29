import type { PlaceNeeds } from '../runner/load-place.ts';
import type { Scenario } from './scenario.ts';
import type { ThresholdId } from './thresholds.ts';

const CLUSTER: PlaceNeeds = {
  scale: { gateway: 2, api: 1, workers: 1 },
  s3: false,
  fronts: 1,
  env: {},
};
/** The limit of the product's default, 100 documents a minute, protects a shared machine; here the machine decides. */
const WITH_UPLOADS: PlaceNeeds = { ...CLUSTER, s3: true, env: { RIDELINE_DOCUMENTS_PER_MINUTE: '6000' } };

/** What was begun of what was due, and what failed of it. */
const OF_ALL: readonly ThresholdId[] = ['error-share', 'not-begun'];
const OF_LOCATIONS: readonly ThresholdId[] = ['location-ack-p95', 'mongo-write-p95', ...OF_ALL];
const OF_BOOKINGS: readonly ThresholdId[] = [
  'trip-create-p95',
  'trip-assigned-p95',
  'assigned-in-time',
  'matching-drain',
];
const OF_UPLOADS: readonly ThresholdId[] = ['upload-form-p95', 'upload-complete-p95', 'uploads-processed'];
const OF_MIXED: readonly ThresholdId[] = [
  ...OF_BOOKINGS,
  'driver-search-p95',
  'cache-hits',
  'mongo-read-p95',
  'queue-waiting',
  ...OF_LOCATIONS,
];

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'baseline',
    title: 'Baseline: a mixed load of drivers, bookings and searches',
    summary: 'a mixed load: 5,000 to 10,000 fixes/s, trip requests up to 420/s, 40 searches/s',
    defaults: { users: 6000, minutes: 5, rate: 10_000 },
    highest: { location: 10_000, trip: 420, search: 40 },
    file: 'baseline.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    alsoReached: ['operations'],
    special: null,
  },
  {
    name: 'stress',
    title: 'Stress: twice the baseline',
    summary: 'twice the baseline',
    defaults: { users: 8000, minutes: 5, rate: 20_000 },
    highest: { location: 20_000, trip: 840, search: 80 },
    file: 'stress.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    alsoReached: ['operations'],
    special: null,
  },
  {
    name: 'peak',
    title: 'Peak: more fixes than a machine takes',
    summary: '20,000 fixes/s asked for; what was reached is printed',
    defaults: { users: 4500, minutes: 3, rate: 20_000 },
    highest: { location: 20_000, trip: 10, search: 10 },
    file: 'peak.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    alsoReached: ['operations'],
    special: null,
  },
  {
    name: 'spike',
    title: 'Spike: 10 and 100 times the load within seconds',
    summary: '10 and 100 times the load within seconds; depth of the backlog and time to drain',
    defaults: { users: 2200, minutes: 4, rate: 100 },
    highest: { location: 10_000, trip: 100, search: 200 },
    file: 'spike.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: OF_MIXED,
    alsoReached: ['operations'],
    special: 'spike',
  },
  {
    name: 'location-flood',
    title: 'Location flood: drivers who only send fixes',
    summary: '10,000 drivers send up to 10,000 fixes/s',
    defaults: { users: 10_000, minutes: 4, rate: 10_000 },
    highest: { location: 10_000 },
    file: 'location-flood.yml',
    generators: 2,
    needs: { ...CLUSTER, fronts: 2 },
    thresholds: OF_LOCATIONS,
    alsoReached: [],
    special: null,
  },
  {
    name: 'uploads',
    title: 'Uploads: everyone uploads a document, with real bytes',
    summary: '7,000 people upload a document, with real bytes',
    defaults: { users: 7000, minutes: 6, rate: null },
    highest: { upload: null },
    file: 'uploads.yml',
    generators: 1,
    needs: WITH_UPLOADS,
    thresholds: [...OF_UPLOADS, 'queue-waiting', 'mongo-read-p95', 'mongo-write-p95', ...OF_ALL],
    alsoReached: [],
    special: null,
  },
  {
    name: 'tracking',
    title: 'Tracking: riders follow their drivers',
    summary: '3,000 riders follow their trips',
    defaults: { users: 7000, minutes: 5, rate: 4000 },
    highest: { location: 4000, trip: null },
    file: 'tracking.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: ['track-position-p95', ...OF_BOOKINGS, ...OF_LOCATIONS],
    alsoReached: ['positions'],
    special: null,
  },
  {
    name: 'soak',
    title: 'Soak: a steady mixed load',
    summary: 'a steady mixed load for 60 minutes; slopes of memory, CPU and files',
    defaults: { users: 1000, minutes: 60, rate: 250 },
    highest: { location: 250, trip: 3, search: 3, upload: 0.5 },
    file: 'soak.yml',
    generators: 1,
    needs: WITH_UPLOADS,
    thresholds: [...OF_MIXED, 'soak-flat'],
    alsoReached: ['operations'],
    special: 'soak',
  },
  {
    name: 'combined',
    title: 'Combined: users of every kind connected at once',
    summary: '10,000 users at once: followers, uploads, searches, bookings and fixes',
    defaults: { users: 10_000, minutes: 10, rate: 1000 },
    highest: { location: 1000, trip: 25, search: 20, upload: null },
    file: 'combined.yml',
    generators: 2,
    // 10,000 users and their REST connections: more than one HAProxy serves below 20,000 open files.
    needs: { ...WITH_UPLOADS, fronts: 2 },
    thresholds: [...OF_MIXED, ...OF_UPLOADS, 'track-position-p95'],
    alsoReached: ['positions', 'operations'],
    special: null,
  },
  {
    name: 'chaos',
    title: 'Chaos: faults during the combined load',
    summary: 'combined, while processes are killed and servers stopped and slowed',
    defaults: { users: 10_000, minutes: 15, rate: 1000 },
    highest: { location: 1000, trip: 25, search: 20, upload: null },
    file: 'chaos.yml',
    generators: 2,
    needs: { ...WITH_UPLOADS, fronts: 2 },
    thresholds: ['faults-recovered', 'breakers-worked'],
    alsoReached: ['positions', 'operations'],
    special: 'chaos',
  },
  {
    name: 'websocket-latency',
    title: 'WebSocket latency: from a driver to a rider',
    summary: "a driver's fix until the rider's screen, a driver's command until the rider's event",
    defaults: { users: 200, minutes: 3, rate: 100 },
    highest: { location: 100, trip: 5 },
    file: 'websocket-latency.yml',
    generators: 1,
    needs: CLUSTER,
    thresholds: ['track-position-p95', 'command-event-p95', ...OF_BOOKINGS, ...OF_LOCATIONS],
    alsoReached: ['positions'],
    special: null,
  },
];

export const SCENARIO_NAMES: readonly string[] = SCENARIOS.map(({ name }) => name);

/** Undefined for an unknown name. */
export const scenarioOf = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);

export const allScenarios = (): readonly Scenario[] => SCENARIOS;
