import type {
  CommandLoad,
  FromGenerator,
  GeneratorCounts,
  GeneratorPlan,
  Load,
  ToGenerator,
} from './generator-messages.ts';
import { RawSocket } from './raw-socket.ts';
import { TripCommands } from './trip-commands.ts';

/** Connections are paced: a storm would measure the handshake and overflow the listen queue. */
const CONNECTS_PER_TICK = 20;
const TICK_MS = 5;
/** A tick that finds more than this many ms of frames due sends that much and counts the rest as late. */
const CATCH_UP_MS = 200;
const SAMPLE_EVERY = 17;
const MOST_SAMPLES = 200_000;
const SEEN_EVERY = 8;
/** For every 3,000 sockets. */
const CONNECT_DEADLINE_MS = 60_000;
const SOCKETS_PER_DEADLINE = 3000;
const REOPEN_MS = 500;

interface DriverClient {
  socket: RawSocket;
  readonly sentAt: Map<number, number>;
  /** Acknowledgement ids of commands, which share their numbers with frames. */
  readonly commands: Set<number>;
  ready: boolean;
  seq: number;
  frames: number;
  durable: number;
  lat: number;
  lng: number;
}

const counts = {
  framesSent: 0,
  fixesSent: 0,
  framesLate: 0,
  acks: 0,
  positions: 0,
  skipped: 0,
  refused: 0,
  closed: 0,
};
let ackLatenciesMs: number[] = [];
let positionAgesMs: number[] = [];
let plan: GeneratorPlan;
let closing = false;
/** The commands under way. */
let commands: TripCommands | null = null;
const drivers: DriverClient[] = [];
const riders: { ready: boolean; socket: RawSocket; version: number }[] = [];

/**
 * A socket that is closed before it was admitted reconnects, as a phone's does: a gateway admits only so many at once. A socket that is
 * lost later stays closed.
 */
function onClosed(client: { readonly ready: boolean }, reopen: () => void): void {
  if (closing) return;
  if (client.ready) counts.closed++;
  else setTimeout(reopen, REOPEN_MS);
}

const report = (message: FromGenerator) => process.send?.(message);

function sample(list: number[], value: number, nth: number): void {
  if (nth % SAMPLE_EVERY === 0 && list.length < MOST_SAMPLES) list.push(value);
}

function openDriver(index: number): void {
  const { id: _, auth } = plan.drivers[index] as GeneratorPlan['drivers'][number];
  const node = plan.nodes[index % plan.nodes.length] as GeneratorPlan['nodes'][number];
  const open = (): RawSocket =>
    RawSocket.open(node, {
      onPacket: (packet) => onDriverPacket(client, index, packet, auth),
      onClose: () =>
        onClosed(client, () => {
          client.socket = open();
        }),
    });
  const client: DriverClient = {
    socket: open(),
    sentAt: new Map(),
    commands: new Set(),
    ready: false,
    seq: 0,
    frames: 0,
    durable: -1,
    lat: 37.7 + (index % 100) / 1000,
    lng: -122.5 + Math.floor(index / 100) / 1000,
  };
  drivers.push(client);
}

function onDriverPacket(client: DriverClient, index: number, packet: string, auth: object): void {
  if (packet === 'open') client.socket.send(`40/driver,${JSON.stringify(auth)}`);
  else if (packet.startsWith('0/driver,')) client.ready = true;
  else if (packet.startsWith('3/driver,')) onAcknowledged(client, index, packet);
  else if (packet.startsWith('2/driver,["location:ack"')) {
    client.durable = JSON.parse(packet.slice(packet.indexOf('[')))[1].durable;
  } else if (packet.startsWith('2/driver,["location:refused"')) counts.refused++;
  else if (packet.startsWith('4')) report({ type: 'failed', reason: packet });
}

function onAcknowledged(client: DriverClient, index: number, packet: string): void {
  const id = Number.parseInt(packet.slice(9), 10);
  if (client.commands.delete(id)) {
    commands?.onAnswer(index, JSON.parse(packet.slice(packet.indexOf('[')))[0]);
    return;
  }
  const sentAt = client.sentAt.get(id);
  client.sentAt.delete(id);
  counts.acks++;
  if (packet.includes('"ok":false')) counts.refused++;
  else if (sentAt !== undefined) sample(ackLatenciesMs, performance.now() - sentAt, counts.acks);
}

function openRider(index: number): void {
  const { auth, driver, subscribe } = plan.riders[index] as GeneratorPlan['riders'][number];
  // The rider's node is not its driver's: every position crosses between nodes.
  const node = plan.nodes[(index + 1) % plan.nodes.length] as GeneratorPlan['nodes'][number];
  const open = (): RawSocket =>
    RawSocket.open(node, {
      onPacket: (packet) => {
        if (packet === 'open') rider.socket.send(`40/rider,${JSON.stringify(auth)}`);
        else if (packet.startsWith('0/rider,')) rider.socket.send(`42/rider,1${JSON.stringify(subscribe)}`);
        else if (packet.startsWith('3/rider,1')) rider.ready = true;
        else if (packet.startsWith('2/rider,["location:update"')) onPosition(rider.socket, packet);
        else if (packet.startsWith('2/rider,["trip:event"')) onTripEvent(rider, driver, packet);
        else if (packet.startsWith('4')) report({ type: 'failed', reason: packet });
      },
      onClose: () =>
        onClosed(rider, () => {
          rider.socket = open();
        }),
    });
  const rider = { ready: false, socket: open(), version: 0 };
  riders.push(rider);
}

function onPosition(socket: RawSocket, packet: string): void {
  counts.positions++;
  const [, position] = JSON.parse(packet.slice(packet.indexOf('[')));
  counts.skipped += position.skipped ?? 0;
  sample(positionAgesMs, Date.now() - position.timestamp, counts.positions);
  if (plan.seen && position.pos % SEEN_EVERY === 0) {
    socket.send(`42/rider,["track:seen",{"tripId":"${position.tripId}","pos":${position.pos}}]`);
  }
}

/** A state counts once: the server may send it to a rider and to the trip's followers. */
function onTripEvent(rider: { version: number }, driver: number, packet: string): void {
  const [, { version, state }] = JSON.parse(packet.slice(packet.indexOf('[')));
  if (version <= rider.version) return;
  rider.version = version;
  commands?.onState(driver, state);
}

async function connectAll(): Promise<void> {
  const planned = { drivers: plan.drivers.length, riders: plan.riders.length };
  const deadlineMs =
    CONNECT_DEADLINE_MS * Math.max(1, (planned.drivers + planned.riders) / SOCKETS_PER_DEADLINE);
  const deadline = Date.now() + deadlineMs;
  while (drivers.length < planned.drivers || riders.length < planned.riders || !allReady()) {
    if (Date.now() > deadline)
      throw new Error(
        `after ${deadlineMs / 1000} s only ${readyCount()} of ${planned.drivers + planned.riders} sockets are ready, ${counts.closed} were lost`,
      );
    for (let n = 0; n < CONNECTS_PER_TICK && drivers.length < planned.drivers; n++)
      openDriver(drivers.length);
    if (drivers.length === planned.drivers) {
      for (let n = 0; n < CONNECTS_PER_TICK && riders.length < planned.riders; n++) openRider(riders.length);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  report({ type: 'connected', sockets: readyCount() });
}

const readyCount = () =>
  drivers.filter(({ ready }) => ready).length + riders.filter(({ ready }) => ready).length;
const allReady = () => drivers.every(({ ready }) => ready) && riders.every(({ ready }) => ready);

/** About 10 m per step, back and forth: no step is implausible, and no two positions are equal. */
function nextFix(client: DriverClient, nowMs: number): string {
  const seq = client.seq++;
  client.lat += (seq & 1) === 0 ? 0.0001 : -0.00009;
  return `[${seq},${nowMs},${client.lat.toFixed(6)},${client.lng.toFixed(6)},8.3,90]`;
}

function sendFrame(client: DriverClient, nowMs: number, load: Load): void {
  const fixes: string[] = [];
  for (let n = 0; n < load.fixesPerFrame; n++)
    fixes.push(nextFix(client, nowMs - (load.fixesPerFrame - 1 - n)));
  const wantsAck = load.acknowledged && counts.framesSent % (load.acknowledgeEvery ?? 1) === 0;
  const id = wantsAck ? String(client.frames) : '';
  if (wantsAck) client.sentAt.set(client.frames, performance.now());
  client.frames++;
  client.socket.send(
    `42/driver,${id}["location:update",{"boot":"${plan.boot}","fixes":[${fixes.join(',')}]}]`,
  );
  counts.framesSent++;
  counts.fixesSent += load.fixesPerFrame;
}

/** Open loop: frames are due by the clock, whatever the server does. */
function sendAtRate(load: Load): void {
  const { framesPerSecond, durationMs, senders = { first: 0, count: drivers.length } } = load;
  const startedAt = performance.now();
  const total = Math.round((framesPerSecond * durationMs) / 1000);
  let accounted = 0;
  let next = 0;
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - startedAt;
    const due = Math.min(total, Math.floor((elapsedMs * framesPerSecond) / 1000)) - accounted;
    const most = Math.ceil((CATCH_UP_MS * framesPerSecond) / 1000);
    const nowMs = Date.now();
    for (let n = 0; n < Math.min(due, most); n++) {
      sendFrame(drivers[senders.first + next] as DriverClient, nowMs, load);
      next = (next + 1) % senders.count;
    }
    counts.framesLate += Math.max(0, due - most);
    accounted += due;
    if (accounted < total) return;
    clearInterval(timer);
    report({ type: 'sent', counts: snapshot() });
  }, TICK_MS);
}

/** One command from each driver with a trip. */
async function sendCommands(load: CommandLoad): Promise<void> {
  const followers = new Map<number, number>();
  for (const { driver } of plan.riders) followers.set(driver, (followers.get(driver) ?? 0) + 1);
  const commanded = plan.drivers.flatMap(({ tripId }, driver) =>
    tripId === undefined ? [] : [{ driver, tripId, followers: followers.get(driver) ?? 0 }],
  );
  if (commanded.some(({ driver }, place) => driver !== place))
    throw new Error('drivers with a trip come first');
  commands = new TripCommands({
    load,
    trips: commanded,
    send(driver, body) {
      const client = drivers[driver] as DriverClient;
      const id = client.frames++;
      client.commands.add(id);
      client.socket.send(`42/driver,${id}["trip:command",${JSON.stringify(body)}]`);
    },
    wallMs: () => Date.now(),
    nowMs: () => performance.now(),
    after: (delayMs, run) => void setTimeout(run, delayMs),
  });
  await commands.finished;
  report({ type: 'commanded', counts: commands.counts });
  commands = null;
}

function snapshot(): GeneratorCounts {
  const durableDrivers = drivers.filter(({ durable, seq }) => durable >= seq - 1).length;
  return { ...counts, ackLatenciesMs, positionAgesMs, durableDrivers };
}

async function settle(deadlineMs: number): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (snapshot().durableDrivers < drivers.length && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  report({ type: 'settled', counts: snapshot() });
}

process.on('message', (message: ToGenerator) => {
  switch (message.type) {
    case 'connect':
      plan = message.plan;
      connectAll().catch((error: Error) => report({ type: 'failed', reason: error.message }));
      break;
    case 'send':
      ackLatenciesMs = [];
      positionAgesMs = [];
      sendAtRate(message.load);
      break;
    case 'command':
      sendCommands(message.load).catch((error: Error) => report({ type: 'failed', reason: error.message }));
      break;
    case 'settle':
      void settle(message.deadlineMs);
      break;
    case 'close':
      closing = true;
      for (const { socket } of [...drivers, ...riders]) socket.close();
      process.disconnect();
      break;
  }
});

// The bench has exited, for whatever reason.
process.on('disconnect', () => process.exit());
