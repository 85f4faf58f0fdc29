import type {
  DriverId,
  DriverStatusValue,
  GatewayId,
  RegionId,
  Role,
  TripId,
  UserId,
} from '@rideline/contract';
import type { LimitName } from '@rideline/platform/limits/request-limits';

/**
 * Every Redis key and channel, as a function of branded ids. Region comes first; then the hash tag of what one script, pipeline or
 * multi-key command touches together. `docs/reference/redis-keys.md` repeats the table and a test compares the two.
 */
interface KeyEntry {
  readonly server: 'log' | 'state' | 'cache';
  readonly type: 'stream' | 'zset' | 'hash' | 'list' | 'string' | 'channel' | 'sharded channel' | 'BullMQ';
  /** Every such key has a TTL in Redis. Where it has none, neither users nor time add keys. */
  readonly expires: boolean;
  readonly life: string;
  /** What bounds how many there are, and how large one is. */
  readonly bound: string;
  readonly owner: string;
}

export const REDIS_KEYS = {
  fixStream: {
    server: 'log',
    type: 'stream',
    expires: false,
    life: 'trimmed behind all groups',
    bound: 'one per shard and generation; frames are refused before the memory of the log is full',
    owner: 'gateway, api',
  },
  fixDeadLetters: {
    server: 'log',
    type: 'stream',
    expires: false,
    life: 'until replayed',
    bound:
      'one per shard and generation; the newest 100,000 letters and at most 128 MB by all shards, raw data at most 16 KB each',
    owner: 'history',
  },
  restoredEntries: {
    server: 'log',
    type: 'hash',
    expires: true,
    life: '7 days, until the restore ends',
    bound: 'one per shard; three fields',
    owner: 'restore',
  },
  streamMeta: {
    server: 'log',
    type: 'hash',
    expires: false,
    life: 'for ever',
    bound: 'one, of two fields',
    owner: 'gateway, api',
  },
  geo: {
    server: 'state',
    type: 'zset',
    expires: false,
    life: 'swept 300 s after the last fix',
    bound: 'one per status; drivers of the last 300 s',
    owner: 'gateway',
  },
  polar: {
    server: 'state',
    type: 'zset',
    expires: false,
    life: 'swept 300 s after the last fix',
    bound: 'one per status; drivers of the last 300 s',
    owner: 'gateway',
  },
  live: {
    server: 'state',
    type: 'hash',
    expires: false,
    life: 'swept 300 s after the last fix',
    bound: 'one; a position per driver of the last 300 s',
    owner: 'gateway',
  },
  conn: {
    server: 'state',
    type: 'hash',
    expires: false,
    life: 'swept when the driver hash has expired',
    bound: 'one; a number per driver of the last 30 days',
    owner: 'gateway',
  },
  warmedAt: {
    server: 'state',
    type: 'string',
    expires: false,
    life: 'for ever',
    bound: 'one',
    owner: 'gateway',
  },
  gateways: {
    server: 'state',
    type: 'zset',
    expires: false,
    life: 'swept 60 s after the last heartbeat',
    bound: 'one; gateways of the last 60 s',
    owner: 'gateway',
  },
  rebuildRun: {
    server: 'state',
    type: 'string',
    expires: true,
    life: '1 h, until the rebuild ends',
    bound: 'one',
    owner: 'rebuild',
  },
  tripHints: {
    server: 'state',
    type: 'stream',
    expires: false,
    life: 'hints only',
    bound: 'one; about 10,000 entries',
    owner: 'api',
  },
  driver: {
    server: 'state',
    type: 'hash',
    expires: true,
    life: '30 days after the last write',
    bound: 'one per driver of the last 30 days; 32 app starts, 64 durable ranges each',
    owner: 'gateway, history, relay',
  },
  fixBudget: {
    server: 'state',
    type: 'string',
    expires: true,
    life: 'until the budget is full again, 20 min at most',
    bound: 'one per driver who sent more than the budget',
    owner: 'gateway, api',
  },
  driverOffers: {
    server: 'state',
    type: 'zset',
    expires: true,
    life: '1 min after the last offer in vain',
    bound:
      'one per driver with an offer in vain within the last minute; about as many as offers in vain a minute are allowed',
    owner: 'relay',
  },
  driverCoolDowns: {
    server: 'state',
    type: 'zset',
    expires: true,
    life: '1 min after the last cancellation',
    bound: 'one per driver with a cancellation within the last minute; 100 riders at most',
    owner: 'relay',
  },
  uploads: {
    server: 'state',
    type: 'zset',
    expires: true,
    life: '7 days after the last upload',
    bound: 'one per driver whose phone uploads by a plugin of its own; the newest 2,000 uuids',
    owner: 'api',
  },
  driverWakes: {
    server: 'state',
    type: 'hash',
    expires: true,
    life: '24 h after the last wake-up push',
    bound: 'one per driver who fell silent on a trip within a day; three fields',
    owner: 'sweepers',
  },
  trip: {
    server: 'state',
    type: 'hash',
    expires: true,
    life: '24 h, 10 min after the end',
    bound: 'one per trip; a snapshot',
    owner: 'relay',
  },
  tripEvents: {
    server: 'state',
    type: 'list',
    expires: true,
    life: '24 h, 10 min after the end',
    bound: 'one per trip; the newest events',
    owner: 'relay',
  },
  tripPositions: {
    server: 'state',
    type: 'stream',
    expires: true,
    life: '24 h, 10 min after the end',
    bound: 'one per trip; the newest `trackLogPositions`',
    owner: 'gateway',
  },
  tripWatchers: {
    server: 'state',
    type: 'hash',
    expires: true,
    life: '1 min after the last write, every 10 s while somebody follows; what a killed gateway left counts for 25 s',
    bound: 'one per followed trip; a field per gateway with at most `sharesPerTrip` and one groups',
    owner: 'gateway',
  },
  recentWaits: {
    server: 'state',
    type: 'zset',
    expires: true,
    life: '30 min after the last assignment of the tile',
    bound: 'one per H3 tile (resolution 7) with an assignment within 30 min; the newest 50',
    owner: 'relay',
  },
  tripChannel: {
    server: 'state',
    type: 'sharded channel',
    expires: false,
    life: '-',
    bound: 'stores nothing',
    owner: 'gateway',
  },
  requestLimit: {
    server: 'state',
    type: 'string',
    expires: true,
    life: 'its window: request-limits.md',
    bound: 'one per limit and caller, address or account that asked within the window',
    owner: 'api',
  },
  revocations: {
    server: 'state',
    type: 'stream',
    expires: false,
    life: 'about 20 min',
    bound: 'one; revocations of that time',
    owner: 'api',
  },
  boardSession: {
    server: 'state',
    type: 'string',
    expires: true,
    life: '15 min',
    bound: 'one per opening of the queue board by an admin',
    owner: 'api',
  },
  queues: {
    server: 'state',
    type: 'BullMQ',
    expires: false,
    life: 'queues.md',
    bound: 'a fixed number of keys per queue and one per job; done and dead jobs as in queues.md',
    owner: 'relay, workers, api',
  },
  documentsStarted: {
    server: 'state',
    type: 'string',
    expires: true,
    life: '40 s',
    bound: 'one per second of the last 40 s',
    owner: 'documents',
  },
  documentsBusySince: {
    server: 'state',
    type: 'string',
    expires: false,
    life: 'until nothing waits',
    bound: 'one',
    owner: 'documents',
  },
  lease: {
    server: 'state',
    type: 'hash',
    expires: false,
    life: 'for ever: the fence must not fall',
    bound: 'one per shard, tier and sweeper; three fields',
    owner: 'workers',
  },
  processId: {
    server: 'state',
    type: 'string',
    expires: true,
    life: '5 s after the last renewal',
    bound: 'one per process',
    owner: 'every process',
  },
  roleMembers: {
    server: 'state',
    type: 'zset',
    expires: false,
    life: 'swept after the last heartbeat',
    bound: 'one per role; live processes',
    owner: 'workers',
  },
  clusterMembers: {
    server: 'state',
    type: 'hash',
    expires: false,
    life: 'until the process is stopped in order, 1 h after a kill; longer while no other does its work',
    bound: 'one; a field per process',
    owner: 'every process',
  },
  cached: {
    server: 'cache',
    type: 'string',
    expires: true,
    life: 'caches.md',
    bound: 'the memory of the cache Redis, which evicts the least recently used',
    owner: 'api',
  },
  unseenMark: {
    server: 'cache',
    type: 'string',
    expires: true,
    life: '1 h after the last look or the last notification',
    bound:
      'one per user who connected or was notified within the hour; the cache Redis evicts the least recently used',
    owner: 'gateway, notifications',
  },
  cacheChanges: {
    server: 'cache',
    type: 'channel',
    expires: false,
    life: '-',
    bound: 'stores nothing',
    owner: 'api',
  },
  tripFeed: {
    server: 'cache',
    type: 'channel',
    expires: false,
    life: '-',
    bound: 'stores nothing',
    owner: 'relay',
  },
  inbox: {
    server: 'cache',
    type: 'channel',
    expires: false,
    life: '-',
    bound: 'stores nothing',
    owner: 'workers, gateway',
  },
} as const satisfies Record<string, KeyEntry>;

/** A fix stream of one shard. The generation is part of the key: resharding makes new streams and drains the old. */
export const fixStream = (region: RegionId, generation: number, shard: number) =>
  `${region}:{s${shard}}:g${generation}:fixes`;
/** Fixes that cannot be stored; same hash tag as their stream, so that one script moves them there and acknowledges the entry. */
export const fixDeadLetters = (region: RegionId, generation: number, shard: number) =>
  `${region}:{s${shard}}:g${generation}:dead`;
/** What a restore has appended to a shard: fields run, stream, deadLetters; same hash tag as the streams, so that one MULTI writes both. */
export const restoredEntries = (region: RegionId, shard: number) => `${region}:{s${shard}}:restored`;
/** Fields: shards, generation. */
export const streamMeta = (region: RegionId) => `${region}:{meta}:streams`;

/** Positions of the drivers of one status (GEO); `geoPlace` (geo-place.ts) decides between `geo` and `polar`. */
export const geo = (region: RegionId, status: DriverStatusValue) => `${region}:{r:${region}}:geo:${status}`;
/** Drivers beyond 85.05° of latitude, which GEO cannot hold. Score: latitude. Their position is in `live`. */
export const polar = (region: RegionId, status: DriverStatusValue) =>
  `${region}:{r:${region}}:polar:${status}`;
/** driverId → JSON `[lat, lng, heading, speed, t, receivedAt, seq, bootIndex, status]`. */
export const live = (region: RegionId) => `${region}:{r:${region}}:live`;
/** driverId → connection epoch: only the connection with this epoch may write the driver's live state. */
export const conn = (region: RegionId) => `${region}:{r:${region}}:conn`;
/** Wall ms of the first write to the live index after it was empty. */
export const warmedAt = (region: RegionId) => `${region}:{r:${region}}:warmed-at`;
/** Score: wall ms of the gateway's last heartbeat. */
export const gateways = (region: RegionId) => `${region}:{r:${region}}:gateways`;
/** Hints that a trip has changed: fields tripId, version. */
export const tripHints = (region: RegionId) => `${region}:{r:${region}}:trips`;

/** The rebuild that runs or was interrupted. */
export const rebuildRun = (region: RegionId) => `${region}:{r:${region}}:rebuild`;

/**
 * A driver hash expires this long after its last write. While a driver is connected it is written with every acknowledged fix and at least
 * at each reconnect, which the life of a token forces. A phone that returns later begins like one that is new here: its app starts are
 * numbered from 1 again, which nothing that is left compares (live positions and trip logs are gone within a day), and `durable` starts
 * below the oldest fix that the phone still holds; fixes that MongoDB has already are not stored twice.
 */
export const DRIVER_TTL_SECONDS = 30 * 86_400;
/**
 * Fields: epoch, gateway, status, trip, heardAt (wall ms, while on a trip), claimOffer, claimUntil, offerSeen, boots (JSON, oldest first),
 * durable:<boot> (JSON), rebuilt (the rebuild that finished this driver).
 */
export const driver = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:driver`;

/** Theoretical arrival time of the driver's next fix beyond the budget, epoch ms (take-fix-budget-1.lua). */
export const fixBudget = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:fix-budget`;
/** The driver's offers that ended without an acceptance. Score: wall ms. */
export const driverOffers = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:offers`;
/** Riders whose trips the driver is not offered. Score: until, wall ms. */
export const driverCoolDowns = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:riders`;

/** Uuids of locations that a plugin has uploaded, each with its seq, and the boot (number-uploads-1.lua). */
export const uploads = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:uploads`;
/** There while the driver's phone has been woken a short time ago. */
export const driverWakes = (region: RegionId, driverId: DriverId) => `${region}:{d:${driverId}}:wakes`;

/** Snapshot of a trip for followers; fields as in trip-log.ts. */
export const trip = (region: RegionId, tripId: TripId) => `${region}:{t:${tripId}}:trip`;
/** The newest state events, JSON, oldest first. */
export const tripEvents = (region: RegionId, tripId: TripId) => `${region}:{t:${tripId}}:events`;
/** Positions with ids `<epoch>-<pos>`. */
export const tripPositions = (region: RegionId, tripId: TripId) => `${region}:{t:${tripId}}:positions`;
/** Gateway → `<epoch ms> <number> <JSON>`: its sockets that follow the trip. */
export const tripWatchers = (region: RegionId, tripId: TripId) => `${region}:{t:${tripId}}:watchers`;
/** `<seconds>:<trip>-<version>` of recent assignments with a pick-up in an H3 tile. Score: wall ms. */
export const recentWaits = (region: RegionId, tile: string) => `${region}:{w:${tile}}:waits`;
export const tripChannel = (region: RegionId, tripId: TripId) => `${region}:{t:${tripId}}:channel`;

/** Prefix of the counters of one limit; a user, or a hash of an address or account, follows. */
export const requestLimit = (region: RegionId, limit: LimitName) => `${region}:rl:${limit}`;

/** Revoked tokens: fields kind, subject, user, notBefore, at. MongoDB has them too. */
export const revocations = (region: RegionId) => `${region}:{r:${region}}:revocations`;

/** Session of the queue board, by the hash of its cookie. */
export const boardSession = (region: RegionId, hash: string) => `${region}:board:${hash}`;

export { queuePrefix as queues } from '@rideline/platform/queues/queue-table';

/** Number of documents that workers started in one second (epoch seconds). */
export const documentsStarted = (region: RegionId, second: number) =>
  `${region}:{bull}:documents-started:${second}`;
/** Epoch ms since which the queue has never been empty. */
export const documentsBusySince = (region: RegionId) => `${region}:{bull}:documents-busy-since`;

/** Fields: holder, until (epoch ms), fence. */
export const lease = (region: RegionId, name: string) => `${region}:{lease:${name}}`;
/** Who runs under a process id: host/pid/random. */
export const processId = (region: RegionId, id: string) => `${region}:{process:${id}}`;
/** Processes that run a role, so that they share its work. Score: wall ms of the last heartbeat. */
export const roleMembers = (region: RegionId, role: string) => `${region}:{role:${role}}:members`;
/** Processes that should run: id → `<epoch ms of the last heartbeat> <work>`, and ` stopped` when it was stopped in order. */
export const clusterMembers = (region: RegionId) => `${region}:{r:${region}}:processes`;
/** An entry of a cache: `<version>|<JSON>`; without JSON it is a tombstone. */
export const cached = (region: RegionId, prefix: string, id: string) => `${region}:${prefix}:${id}`;
/** Prefix of `cached` for the last answers of reads (api/src/cache/last-answers.ts). Their ids are digests, which name nobody. */
export const LAST_ANSWER_PREFIX = 'last-answer';
/** `none`: the user has no unacknowledged notification; otherwise an id of the last notification that was stored (unseen-mark.ts). */
export const unseenMark = (region: RegionId, role: Role, userId: UserId) =>
  `${region}:{u:${role}:${userId}}:unseen`;
/** Changes of cached data: JSON {name, id, version}. */
export const cacheChanges = (region: RegionId) => `${region}:cache-changes`;
/** Newest state of each trip for operators' pages: JSON TripSummary. A hint: the page compares with REST. */
export const tripFeed = (region: RegionId) => `${region}:trip-feed`;
export const inbox = (region: RegionId, gatewayId: GatewayId) => `${region}:inbox:${gatewayId}`;

/** FNV-1a, 32 bit (Fowler, Noll, Vo): the shard of a driver, the same in every process. */
export function shardOf(driverId: DriverId, shards: number): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < driverId.length; index++) {
    hash ^= driverId.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % shards;
}
