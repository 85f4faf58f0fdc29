import { isJson, type Json } from './json-schema.ts';
import { resolved } from './references.ts';

/** Deeper values are left out: no schema of the contract refers to itself today. */
const MOST_DEPTH = 12;

const TRIP = '019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01';
const COMMAND = '019b76a2-8a11-7b42-8f0e-6c2d1b7c4f02';
const START_MS = Date.UTC(2027, 2, 1, 8, 30);

/** What stands in a field of this name, the first that fits its schema. */
const BY_NAME: Readonly<Record<string, readonly unknown[]>> = {
  accuracy: [6],
  action: ['arrived', 'trip.cancel'],
  ageMs: [240],
  ageP99Ms: [310],
  alg: ['EdDSA'],
  at: [START_MS],
  attempt: [1],
  attempts: [1],
  ackIntervalMs: [5000],
  baseMinor: [15_000],
  bbox: [[106.6, 10.7, 106.8, 10.85]],
  blockedBy: ['trip:019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is open'],
  body: ['Your driver is at the pick-up.'],
  boot: ['b-2027-03-01-1'],
  bytes: [640],
  cells: [[['8865b1b6a3fffff', 214, 10.7769, 106.7009]]],
  cause: ['record'],
  checked: [1200],
  code: ['SPRING-20', 'NOT_FOUND'],
  commandId: [COMMAND],
  contentType: ['image/jpeg'],
  count: [3],
  counted: [3],
  createdAt: [START_MS],
  currency: ['VND'],
  curl: ["curl -F key=quarantine/… -F 'file=@FILE' https://objects.rideline.example.com/rideline"],
  current: [true, 'the old password'],
  description: ['white Toyota Vios'],
  detail: ['trip 019b76a2-7f3c-7d10-9c55-3f1f2a6a9e01 is not known'],
  deviceId: ['phone-7c1e'],
  distanceMetres: [840],
  documentId: ['019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03'],
  domainMs: [START_MS],
  driverId: ['driver-42'],
  durable: [118],
  endedAt: [START_MS + 900_000],
  entry: ['1772353800000-0'],
  epoch: [3],
  estimateMinor: [64_000],
  etaSeconds: [190],
  expiresAt: [START_MS + 15_000],
  expiresIn: [900],
  failedReason: ['the file could not be opened'],
  fareMinor: [51_200],
  fields: ['tripId,state'],
  fixes: [[[118, START_MS, 10.7769, 106.7009, 8.4, 92, 6]]],
  fixesPerSecond: [412],
  from: ['2027-03-01T00:00:00Z'],
  gaps: [[[98, 101]]],
  gateway: ['gateway-1'],
  heading: [92],
  highestSeq: [120],
  hitRate: [0.97],
  id: ['driver-42', 'dl-1772353800000'],
  intervalMs: [1000],
  jobId: ['019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03'],
  key: ['quarantine/main/019b76a2-9001-7c3e-a3d5-0a4a8c1d5b03.jpg', 'u-rider-7'],
  kid: ['2027-03'],
  kind: ['driver_arrived'],
  kty: ['OKP'],
  label: ['Mum'],
  lat: [10.7769],
  limit: [50],
  lng: [106.7009],
  locale: ['vi-VN'],
  login: ['mai@rideline.example.com'],
  lowest: [0],
  lowestSeq: [0],
  message: ['must be at most 90'],
  minimumMinor: [25_000],
  minor: [51_200],
  missing: [[[98, 101]]],
  name: ['Mai Tran'],
  next: ['eyJhZnRlciI6IjAxOWI3NmEyIn0'],
  notificationId: ['019b76a2-a001-7f31-b8f1-5d7f5c2f9a04'],
  offerId: [`${TRIP}_1`],
  over: ['429 SCALE_003'],
  password: ['correct horse battery'],
  path: ['body.pickup.lat'],
  perKmMinor: [12_000],
  perMinuteMinor: [400],
  percentOff: [20],
  phone: ['+84901234567'],
  plate: ['51F-123.45'],
  points: [100],
  pos: [57],
  position: [{ lat: 10.7769, lng: 106.7009 }],
  presignedUrl: ['https://objects.rideline.example.com/rideline'],
  process: ['api-1', 41],
  promotion: ['SPRING-20'],
  protocol: [1],
  radius: [3000],
  rate: [1],
  reason: ['the rider asked for it'],
  received: [120],
  reconnectAfterMs: [1500],
  refreshToken: ['rt_5f0c…'],
  region: ['main'],
  removed: [['driver-9']],
  requestId: ['0fd5c7c2-4a86-4b1c-9d3e-9f2f6b8f3a10'],
  retentionDays: [90],
  retry: ['later'],
  retryAfterMs: [1000],
  riderId: ['rider-7'],
  role: ['rider', 'driver'],
  scheduledAt: [START_MS + 3_600_000],
  sdk: ['mine/1.0'],
  seq: [118],
  seqs: [[118, 119]],
  share: ['4pN0wQx7ZtLr2mKc8Ys5Vb1HdJ6gFa3E'],
  sha256: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
  size: [482_113],
  skipped: [0],
  source: ['document-processing'],
  speed: [8.4],
  state: ['accepted', 'active'],
  status: ['available', 400],
  store: ['mongo:trips'],
  subject: ['rider-7'],
  t: [START_MS],
  target: [`trip:${TRIP}`],
  text: ['The trip is not known.'],
  tile: ['8865b1b6a3fffff'],
  timestamp: [START_MS],
  title: ['Your driver has arrived'],
  token: ['eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9…', 'fcm-token'],
  tripId: [TRIP],
  type: ['accepted', '/v1/errors#NOT_FOUND'],
  units: ['metric'],
  until: ['2027-04-01T00:00:00Z'],
  url: ['/v1/admin/board'],
  used: [12],
  userId: ['rider-7'],
  validUntil: ['2029-12-31'],
  vehicle: ['white Toyota Vios'],
  vehicleId: ['vehicle-9'],
  vehicles: [[['driver-42', 10.7769, 106.7009, 92, 8.4, 'available', START_MS]]],
  verdict: ['mock', 'complete'],
  version: [4],
  wallMs: [START_MS],
  windowSeconds: [60],
  x: ['11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
  zone: ['Asia/Ho_Chi_Minh'],
  zoom: [13],
};

/** Whole examples, where the fields do not say what belongs together. */
const BY_SHAPE: Readonly<Record<string, unknown>> = {
  PatchMe: { version: 4, name: 'Mai Tran' },
  ReviewDocument: { decision: 'approve', version: 2, validUntil: '2029-12-31' },
  CreateTrip: {
    tripId: TRIP,
    pickup: { lat: 10.7769, lng: 106.7009 },
    dropoff: { lat: 10.8188, lng: 106.6519 },
    tier: 'standard',
  },
};

const BY_FORMAT: Readonly<Record<string, string>> = {
  'date-time': '2027-03-01T08:30:00.000Z',
  date: '2027-03-01',
  uuid: TRIP,
  uri: 'https://objects.rideline.example.com/rideline',
};

/** Whether a value of the table has a format, as far as the table needs it. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT/,
  date: /^\d{4}-\d\d-\d\d$/,
  uuid: /^[0-9a-f]{8}-/,
  uri: /^https:/,
};

const typesOf = ({ type }: Json): readonly unknown[] => (Array.isArray(type) ? type : [type]);

function isOfType(value: unknown, types: readonly unknown[]): boolean {
  if (types.includes(undefined)) return true;
  if (typeof value === 'number')
    return types.includes('number') || (types.includes('integer') && Number.isInteger(value));
  if (Array.isArray(value)) return types.includes('array');
  return types.includes(typeof value);
}

function isWithin(value: number, { minimum, maximum, exclusiveMinimum }: Json): boolean {
  return (
    value >= ((minimum as number | undefined) ?? -Infinity) &&
    value <= ((maximum as number | undefined) ?? Infinity) &&
    value > ((exclusiveMinimum as number | undefined) ?? -Infinity)
  );
}

/** Whether a value of the table stands where this schema does. Enough for the table; a test validates every example. */
function fits(value: unknown, schema: Json): boolean {
  if (!isOfType(value, typesOf(schema))) return false;
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) return false;
  if (typeof value === 'number') return isWithin(value, schema);
  if (typeof value !== 'string') return true;
  const form = FORMS[String(schema.format)];
  if (form !== undefined) return form.test(value);
  return typeof schema.pattern !== 'string' || new RegExp(schema.pattern, 'u').test(value);
}

function scalarOf(schema: Json): unknown {
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const [type] = typesOf(schema).filter((one) => one !== 'null');
  switch (type) {
    case 'string':
      return BY_FORMAT[String(schema.format)] ?? 'text';
    case 'integer':
    case 'number':
      return [0, 1, schema.minimum].find((value) => isWithin(value as number, schema)) ?? 0;
    case 'boolean':
      return true;
    case undefined:
      return {};
    default:
      return null;
  }
}

/** Makes examples of schemas that refer to `schemas`. */
export class ExampleMaker {
  readonly #schemas: Readonly<Record<string, Json>>;

  constructor(schemas: Readonly<Record<string, Json>>) {
    this.#schemas = schemas;
  }

  /**
   * A value of a schema, from the table by the names of its fields.
   * @param onlyRequired leaves optional fields out, as most requests do
   */
  valueOf(schema: Json, onlyRequired: boolean, name = '', depth = 0): unknown {
    const whole = BY_SHAPE[String(schema.$ref).replace(/^.*\//, '')];
    if (whole !== undefined) return whole;
    const found = resolved(this.#schemas, schema);
    if (found.const !== undefined) return found.const;
    const known = (BY_NAME[name] ?? []).find((value) => fits(value, found));
    const [member] = ((found.anyOf ?? found.oneOf ?? []) as Json[]).filter(({ type }) => type !== 'null');
    if (member !== undefined) return this.valueOf(member, onlyRequired, name, depth + 1);
    // A reference with a description beside it, in draft 07.
    if (Array.isArray(found.allOf) && found.allOf.length === 1)
      return this.valueOf(found.allOf[0] as Json, onlyRequired, name, depth);
    if (Array.isArray(found.allOf))
      return Object.assign(
        {},
        ...found.allOf.map((part) => this.valueOf(part as Json, onlyRequired, name, depth + 1)),
      );
    if (isJson(found.properties) || typesOf(found).includes('object'))
      return this.#objectOf(found, onlyRequired, depth);
    if (known !== undefined) return known;
    if (found.default !== undefined) return found.default;
    return typesOf(found).includes('array')
      ? this.#arrayOf(found, onlyRequired, name, depth)
      : scalarOf(found);
  }

  #objectOf(schema: Json, onlyRequired: boolean, depth: number): Json {
    const required = new Set((schema.required ?? []) as string[]);
    const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
    return Object.fromEntries(
      fields
        .filter(([field]) => required.has(field) || (!onlyRequired && depth < MOST_DEPTH))
        .map(([field, child]) => [field, this.valueOf(child, onlyRequired, field, depth + 1)]),
    );
  }

  #arrayOf(schema: Json, onlyRequired: boolean, name: string, depth: number): unknown[] {
    const item = (child: unknown) =>
      this.valueOf(isJson(child) ? child : {}, onlyRequired, name.replace(/s$/, ''), depth + 1);
    const tuple = [schema.prefixItems, schema.items].find((one) => Array.isArray(one));
    if (tuple !== undefined) return (tuple as unknown[]).map((child) => item(child));
    const length = Math.max(depth < MOST_DEPTH ? 1 : 0, Number(schema.minItems ?? 0));
    return Array.from({ length }, () => item(schema.items));
  }
}
