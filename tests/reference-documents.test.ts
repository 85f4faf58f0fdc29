import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { API_METRICS } from '@rideline/api/metrics';
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
