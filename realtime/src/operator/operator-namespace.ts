import { emptySchema, FIX_FLAGS, fleetWatchSchema } from '@rideline/contract';
import type { FixRecord } from '@rideline/fleet/fixes/fix-record';
import type { FixStreams } from '@rideline/fleet/fixes/fix-streams';
import { ageMs, type Clock } from '@rideline/platform/process/clock';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { GatewayConfig } from '../config.ts';
import { type ListenerContext, onClientEvent, refuseUnknownEvents } from '../socket/client-events.ts';
import { serverTime } from '../socket/server-time.ts';
import type { AnyNamespace, AnySocket } from '../socket/socket-data.ts';
import { connectionOf } from '../wire/engine-connection.ts';
import { FleetMap } from './fleet-map.ts';
import { FleetRates } from './fleet-rates.ts';
import { FleetTail } from './fleet-tail.ts';
import { FleetView } from './fleet-view.ts';
import type { TripFeed } from './trip-feed.ts';

export interface OperatorContext extends ListenerContext {
  readonly config: GatewayConfig;
  readonly clock: Clock;
  readonly state: RedisClient;
  /** A connection on the log, used only by the tail. */
  readonly tailRedis: RedisClient;
  readonly streams: FixStreams;
  readonly tripFeed: TripFeed;
}

const MIN_OVERLAP_MS = 1000;
/** Interval of frames: five a second. */
const FRAME_MS = 200;
const FRAMES_PER_SECOND = 1000 / FRAME_MS;
/** Packets that may wait for a page that does not read; beyond it the page misses frames and gets a full one later. */
const MAX_WAITING_PACKETS = 4;

/** Counts for the strip above the map. Ages are of current fixes only, not of those that a phone resends or collected offline. */
function countRecord(record: FixRecord, rates: FleetRates, clock: Clock): void {
  rates.count(record.fixes.length);
  const newest = record.fixes.at(-1);
  if (newest === undefined || newest.verdict !== 'ok' || (newest.flags & FIX_FLAGS.replayed) !== 0) return;
  rates.age(Math.max(0, ageMs(clock, newest.t)), clock.wallMs());
}

/** `/operator`: the fleet in view. The fix streams are read only while an operator watches. */
export function serveOperators(namespace: AnyNamespace, context: OperatorContext): { stop(): void } {
  const { clock, config } = context;
  const map = new FleetMap(clock, config.searchFreshMs);
  const rates = new FleetRates();
  const views = new Map<AnySocket, FleetView>();
  const tail = new FleetTail({
    log: context.tailRedis,
    state: context.state,
    streams: context.streams,
    region: config.region,
    overlapMs: MIN_OVERLAP_MS + 4 * config.liveIndexMs,
    logger: context.log,
    onSeed: (driverId, position, status) => map.seed(driverId, position, status),
    onRecord: (record) => {
      map.apply(record);
      countRecord(record, rates, clock);
    },
    onRestart: () => map.clear(),
  });

  let frameInSecond = 0;
  let ageP99Ms = 0;
  const timer = setInterval(() => {
    if (views.size === 0) return;
    frameInSecond = (frameInSecond + 1) % FRAMES_PER_SECOND;
    if (frameInSecond === 0) {
      map.age();
      rates.nextSecond();
      ageP99Ms = rates.ageP99Ms(clock.wallMs());
    }
    sendFrames();
  }, FRAME_MS);

  function sendFrames(): void {
    const changes = map.takeChanges();
    const nowMs = clock.wallMs();
    const shared = { ...map.counts, fixesPerSecond: rates.fixesPerSecond(), ageP99Ms };
    for (const [socket, view] of views) {
      if (connectionOf(socket).writeBuffer.length > MAX_WAITING_PACKETS) {
        view.sendFullNext();
        continue;
      }
      const body = view.frame(changes, nowMs);
      if (body === null) continue;
      socket.emit('fleet:frame', {
        ...body,
        at: Math.round(clock.domainMs()),
        counts: { ...shared, inView: view.inView },
      });
      context.metrics.fleet_frames_total.inc();
    }
  }

  namespace.on('connection', (socket: AnySocket) => {
    context.tripFeed.add(socket);
    onClientEvent(socket, 'fleet:watch', fleetWatchSchema, context, (watch) => {
      const view = views.get(socket) ?? new FleetView(map);
      view.watch(watch);
      views.set(socket, view);
      tail.start();
      return undefined;
    });
    onClientEvent(socket, 'time', emptySchema, context, () => serverTime(clock));
    refuseUnknownEvents(socket, context);
    socket.on('disconnect', () => {
      views.delete(socket);
      context.tripFeed.remove(socket);
      if (views.size === 0) tail.stop();
    });
  });

  return {
    stop() {
      clearInterval(timer);
      tail.stop();
    },
  };
}
