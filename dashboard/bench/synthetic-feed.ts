import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { Server } from 'socket.io';

const DIST = join(import.meta.dirname, '../dist');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.svg': 'image/svg+xml',
};
/** Each car sends a fix every 4 s, as a phone does, and drives at 12 m/s. */
const FIX_EVERY_MS = 4000;
const METRES_PER_SECOND = 12;
const FRAME_EVERY_MS = 200;

export interface SyntheticFeed {
  readonly url: string;
  stop(): Promise<void>;
}

interface Car {
  readonly id: string;
  readonly state: 'available' | 'busy';
  lat: number;
  lng: number;
  heading: number;
}

/**
 * Serves the built page, a sign-in that accepts any password, and an operator namespace with `count` cars that drive
 * around the city, to measure the page without a cluster. Frames match the contract except for their size: a gateway
 * sends counts per cell above 2,000 cars.
 */
export async function startSyntheticFeed(count: number): Promise<SyntheticFeed> {
  const cars = Array.from({ length: count }, (_, i): Car => {
    // Spread evenly by the golden ratio, so that every run draws the same picture.
    const along = (i * 0.618034) % 1;
    const lat = 37.71 + 0.12 * ((i + 0.5) / count);
    return {
      id: `car-${i}`,
      state: i % 2 === 0 ? 'busy' : 'available',
      lat,
      lng: -122.51 + 0.15 * along,
      heading: (i * 47) % 360,
    };
  });
  const http = createServer((request, response) => {
    const path = request.url?.split('?')[0] ?? '/';
    const { type, body } = responseFor(path);
    response.writeHead(200, { 'content-type': type }).end(body);
  });
  const io = new Server(http);
  const vehicle = (car: Car) => [
    car.id,
    car.lat,
    car.lng,
    car.heading,
    METRES_PER_SECOND,
    car.state,
    Date.now(),
  ];
  const busy = Math.ceil(count / 2);
  const counts = {
    available: count - busy,
    busy,
    offline: 0,
    inView: count,
    fixesPerSecond: count / (FIX_EVERY_MS / 1000),
    ageP99Ms: 40,
  };
  const frame = (full: boolean, some: readonly Car[]) => ({
    at: Date.now(),
    full,
    vehicles: some.map(vehicle),
    removed: [],
    counts,
  });
  io.of('/operator').on('connection', (socket) => {
    socket.on('time', (_, ack) => ack({ domainMs: Date.now(), wallMs: Date.now(), rate: 1 }));
    socket.on('fleet:watch', () => socket.emit('fleet:frame', frame(true, cars)));
  });
  let turn = 0;
  const turns = FIX_EVERY_MS / FRAME_EVERY_MS;
  const timer = setInterval(() => {
    const moved = cars.filter((_, i) => i % turns === turn);
    for (const car of moved) drive(car);
    turn = (turn + 1) % turns;
    io.of('/operator').emit('fleet:frame', frame(false, moved));
  }, FRAME_EVERY_MS);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    async stop() {
      clearInterval(timer);
      await io.close();
    },
  };
}

function drive(car: Car): void {
  const metres = (METRES_PER_SECOND * FIX_EVERY_MS) / 1000;
  car.heading = (car.heading + 15) % 360;
  car.lat += (Math.cos((car.heading * Math.PI) / 180) * metres) / 111_195;
  car.lng += (Math.sin((car.heading * Math.PI) / 180) * metres) / 87_900;
}

function responseFor(path: string): { type: string; body: string | Buffer } {
  const json = (value: object) => ({ type: 'application/json', body: JSON.stringify(value) });
  if (path === '/v1/sign-in') {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const session = { refreshToken: 'bench.bench', refreshExpiresAt: expiresAt, expiresIn: 3600 };
    return json({ token: 'bench', expiresAt, ...session, role: 'operator', id: 'bench' });
  }
  if (path === '/health') return json({ status: 'ok', process: 'bench', reasons: [] });
  if (path === '/v1/trips') return json({ trips: [], next: null });
  if (path.startsWith('/v1/')) return json({ features: [] });
  const file = path === '/' ? '/index.html' : path;
  return { type: TYPES[extname(file)] ?? 'text/plain', body: readFileSync(join(DIST, file)) };
}
