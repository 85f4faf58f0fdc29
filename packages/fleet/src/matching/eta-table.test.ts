import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EtaKind } from './eta-formats.ts';
import { createEtaTable, type EtaOutcome, type EtaTable } from './eta-table.ts';

const PICKUP = { lat: 37.78, lng: -122.41 };
const DRIVERS = [
  { lat: 37.77, lng: -122.41 },
  { lat: 37.79, lng: -122.42 },
];
const SHORT_MS = 150;
const SOON = { timeout: 15_000 };
/** A place from which the engine has no route. */
const ISLAND = { lat: 37.82, lng: -122.37 };

type Mode = 'good' | 'silent' | 'error' | 'garbage' | 'short' | 'negative' | 'endless';

interface Place {
  readonly lat: number;
  readonly lng: number;
}

/** A route engine that answers both formats: 100 s for 0.01 degrees of latitude, no route from the island. */
class Engine {
  mode: Mode = 'good';
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/engine`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method} ${decodeURIComponent(request.url ?? '').replace(/\?.*/, '')}`);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    if (this.mode === 'silent') return;
    if (this.mode === 'endless') {
      response.write('"');
      for (let sent = 0; sent < 40 && !response.destroyed; sent += 1) response.write('x'.repeat(16_384));
      response.end();
      return;
    }
    response.statusCode = this.mode === 'error' ? 500 : 200;
    response.end(this.mode === 'garbage' ? '<html>' : JSON.stringify(this.#answer(request.url ?? '', body)));
  }

  #answer(url: string, body: string): unknown {
    const osrm = url.startsWith('/engine/table/v1/driving/');
    const { from, to } = osrm ? placesOfOsrm(url) : placesOfValhalla(body);
    const times = from.map((place) => this.#seconds(place, to));
    if (this.mode === 'short') times.pop();
    if (osrm) return { code: 'Ok', durations: times.map((time) => [time]) };
    return { sources_to_targets: times.map((time) => [{ time, distance: 1, to_index: 0, from_index: 0 }]) };
  }

  #seconds(from: Place, to: Place): number | null {
    if (Math.abs(from.lat - ISLAND.lat) < 1e-6) return null;
    const seconds = Math.round(Math.abs(from.lat - to.lat) * 10_000);
    return this.mode === 'negative' ? -seconds : seconds;
  }
}

function placesOfOsrm(url: string): { from: Place[]; to: Place } {
  const { pathname, searchParams } = new URL(url, 'http://engine');
  const places = (pathname.split('/').at(-1) ?? '').split(';').map((pair) => {
    const [lng = Number.NaN, lat = Number.NaN] = pair.split(',').map(Number);
    return { lat, lng };
  });
  const at = (name: string) =>
    (searchParams.get(name) ?? '').split(';').map((index) => places[Number(index)]);
  return { from: at('sources') as Place[], to: at('destinations')[0] as Place };
}

function placesOfValhalla(body: string): { from: Place[]; to: Place } {
  const { sources, targets, costing } = JSON.parse(body);
  expect(costing).toBe('auto');
  const place = ({ lat, lon }: { lat: number; lon: number }) => ({ lat, lng: lon });
  return { from: sources.map(place), to: place(targets[0]) };
}

describe('eta-table', () => {
  let engine: Engine;
  let url: string;
  let table: EtaTable;
  let outcomes: EtaOutcome[];

  beforeEach(async () => {
    engine = new Engine();
    url = await engine.start();
    outcomes = [];
    table = open('osrm');
  });

  afterEach(async () => {
    await engine.stop();
  });

  function open(kind: EtaKind, timeoutMs = 20_000): EtaTable {
    const onOutcome = (outcome: EtaOutcome) => outcomes.push(outcome);
    return createEtaTable({ url, kind, timeoutMs, resetMs: 2000, onOutcome });
  }

  it.each(['osrm', 'valhalla'] as const)(
    'MATCH-30: one request to %s for all drivers of a trip; null when there is no route',
    async (kind) => {
      table = open(kind);
      expect(await table.secondsTo(PICKUP, [...DRIVERS, ISLAND])).toEqual([100, 100, null]);
      expect(engine.asked).toEqual([
        kind === 'osrm'
          ? 'GET /engine/table/v1/driving/-122.410000,37.770000;-122.420000,37.790000;-122.370000,37.820000;-122.410000,37.780000'
          : 'POST /engine/sources_to_targets',
      ]);
      expect(outcomes).toEqual(['answered']);
    },
  );

  it('MATCH-30: no request without drivers; more places than the engine accepts throw a RangeError', async () => {
    expect(await table.secondsTo(PICKUP, [])).toEqual([]);
    expect(engine.asked).toEqual([]);
    await expect(table.secondsTo(PICKUP, Array(91).fill(PICKUP))).rejects.toThrow(RangeError);
  });

  it.each<[Mode, EtaOutcome, EtaKind]>([
    ['silent', 'timeout', 'osrm'],
    ['error', 'failed', 'osrm'],
    ['garbage', 'failed', 'osrm'],
    ['short', 'failed', 'osrm'],
    ['negative', 'failed', 'osrm'],
    ['endless', 'failed', 'osrm'],
    ['silent', 'timeout', 'valhalla'],
    ['garbage', 'failed', 'valhalla'],
    ['short', 'failed', 'valhalla'],
  ])('MATCH-31: an engine in mode %s yields no times: %s (%s)', async (mode, outcome, kind) => {
    table = open(kind, mode === 'silent' ? SHORT_MS : undefined);
    engine.mode = mode;
    expect(await table.secondsTo(PICKUP, DRIVERS)).toBeNull();
    expect(outcomes).toEqual([outcome]);
  });

  it('MATCH-31: an unreachable engine yields no times', async () => {
    await engine.stop();
    expect(await table.secondsTo(PICKUP, DRIVERS)).toBeNull();
    expect(outcomes).toEqual(['failed']);
    await expect(engine.start()).resolves.toBeTruthy();
  });

  it('MATCH-31: after failures the circuit opens, one trial request follows, and the engine is used again once it answers', async () => {
    engine.mode = 'error';
    await vi.waitFor(async () => {
      await table.secondsTo(PICKUP, DRIVERS);
      expect(outcomes.at(-1)).toBe('open');
    }, SOON);
    const before = engine.asked.length;
    expect(await table.secondsTo(PICKUP, DRIVERS)).toBeNull();
    expect(outcomes.at(-1)).toBe('open');
    expect(engine.asked).toHaveLength(before);
    engine.mode = 'good';
    await vi.waitFor(async () => expect(await table.secondsTo(PICKUP, DRIVERS)).toEqual([100, 100]), SOON);
    expect(await table.secondsTo(PICKUP, DRIVERS)).toEqual([100, 100]);
    expect(outcomes.slice(-2)).toEqual(['answered', 'answered']);
  });

  it('MATCH-31: requests beyond the concurrency limit are not sent', async () => {
    table = open('osrm', SHORT_MS);
    engine.mode = 'silent';
    const all = await Promise.all(Array.from({ length: 40 }, () => table.secondsTo(PICKUP, DRIVERS)));
    expect(all.every((times) => times === null)).toBe(true);
    expect(outcomes.filter((outcome) => outcome === 'busy')).toHaveLength(8);
    expect(engine.asked.length).toBeLessThanOrEqual(32);
  });
});
