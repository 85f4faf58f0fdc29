import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileOrder, TIMED_FILES } from './file-order.ts';

test('OPS-90: files begin longest first, one that breaks or loads a cluster beside another, one with a browser at a time, and those without servers last', () => {
  const order = fileOrder([
    'packages/fleet/src/a.test.ts',
    'tests/chaos/kill-each.test.ts',
    'tests/chaos/pool.test.ts',
    'tests/e2e/operator-actions.test.ts',
    'tests/e2e/operator-page.test.ts',
    'tests/integration/accounts.test.ts',
    'tests/integration/cluster-health.test.ts',
    'tests/integration/lost-mongo.test.ts',
    'tests/integration/notifications.test.ts',
    'tests/integration/silent-driver.test.ts',
  ]);
  expect(order).toEqual([
    'tests/chaos/kill-each.test.ts',
    'tests/e2e/operator-page.test.ts',
    'tests/e2e/operator-actions.test.ts',
    'tests/chaos/pool.test.ts',
    'tests/integration/silent-driver.test.ts',
    'tests/integration/cluster-health.test.ts',
    'tests/integration/lost-mongo.test.ts',
    'tests/integration/notifications.test.ts',
    'tests/integration/accounts.test.ts',
    'packages/fleet/src/a.test.ts',
  ]);
});

test('OPS-90: every file whose time is known exists', () => {
  const missing = TIMED_FILES.filter((file) => !existsSync(join(import.meta.dirname, '..', file)));
  expect(missing).toEqual([]);
});
