import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runFleet } from './run-fleet.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-fleet-'));
});
afterEach(() => rm(folder, { recursive: true }));

// Without a server no fix becomes durable: the fleet would wait for two minutes, which the time limit of a test does not allow.
test('LOAD-13: a second Ctrl-C ends a fleet that waits until its fixes are durable', async () => {
  const force = new AbortController();
  const run = runFleet({
    url: 'http://127.0.0.1:1',
    users: 2,
    runMs: 1500,
    seed: 1,
    profile: 'direct',
    token: async () => 'token',
    salt: '',
    journalPath: join(folder, 'fleet.jsonl'),
    onProgress: (line) => {
      if (line.includes('fixes become durable'))
        setImmediate(() => force.abort(new Error('stopped by force')));
    },
    force: force.signal,
  });
  await expect(run).rejects.toThrow('stopped by force');
});
