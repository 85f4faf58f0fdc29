import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claimMongoData } from './mongo-data.ts';

test('OPS-20: data of one Mongo engine is never left behind for another that was found since', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rl-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  claimMongoData(folder, 'stand-in');
  claimMongoData(folder, 'stand-in');
  expect(() => claimMongoData(folder, 'mongod')).toThrow('was written by the stand-in');
});
