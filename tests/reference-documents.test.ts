import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_METRICS } from '@rideline/api/metrics';
import {
  DRIVER_STATUS_TEXTS,
  driverStatusValueSchema,
  FIX_MEMBERS,
  FLEET_VEHICLE_MEMBERS,
  fleetVehicleSchema,
  VERDICT_TEXTS,
  VERDICTS,
} from '@rideline/contract';
import * as keys from '@rideline/fleet/redis/redis-keys';
import { PLATFORM_METRICS } from '@rideline/platform/metrics/metrics';
import { GATEWAY_METRICS } from '@rideline/realtime/metrics';
import { expect, it } from 'vitest';
import { WORKER_METRICS } from './harness/worker-metrics.ts';
import { renderReferenceDocuments } from './reference-documents.ts';

const folder = join(import.meta.dirname, '../docs/reference');

it.each([...renderReferenceDocuments()])('OPS-4: docs/reference/%s matches the code', (name, content) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(content);
});

it('OPS-4: the table of Redis keys and the functions that make them name the same keys', () => {
  const functions = Object.entries(keys).filter(
    ([name, value]) => typeof value === 'function' && name !== 'shardOf',
  );
  expect(functions.map(([name]) => name).sort()).toEqual(Object.keys(keys.REDIS_KEYS).sort());
});

it('OPS-4: docs/reference/metrics.md has every metric that a process registers, once', () => {
  const documented = [...(renderReferenceDocuments().get('metrics.md') ?? '').matchAll(/`rideline_(\w+)`/g)];
  const registered = { ...PLATFORM_METRICS, ...GATEWAY_METRICS, ...API_METRICS, ...WORKER_METRICS };
  expect(documented.map(([, name]) => name).toSorted()).toEqual(Object.keys(registered).toSorted());
});

it('FIX-26: the reference names every verdict, status, and member of a fix and a vehicle', () => {
  expect(Object.keys(VERDICT_TEXTS)).toEqual([...VERDICTS]);
  expect(Object.keys(DRIVER_STATUS_TEXTS)).toEqual(driverStatusValueSchema.options);
  expect(FLEET_VEHICLE_MEMBERS).toHaveLength(fleetVehicleSchema.def.items.length);
  expect(FIX_MEMBERS.map(([name]) => name)).toEqual([
    ...['seq', 't', 'lat', 'lng', 'speed', 'heading', 'accuracy', 'flags'],
  ]);
});

it('FIX-26: every reference within asyncapi.json leads somewhere', () => {
  const text = renderReferenceDocuments().get('asyncapi.json') ?? '';
  const document = JSON.parse(text);
  const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map(([, path = '']) => path);
  expect(references.length).toBeGreaterThan(100);
  for (const path of new Set(references)) {
    const names = path.split('/').map((name) => name.replaceAll('~1', '/'));
    expect([path, names.reduce((at, name) => at?.[name], document)]).not.toEqual([path, undefined]);
  }
});
