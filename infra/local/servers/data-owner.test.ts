import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { claimData } from './data-owner.ts';

test('OPS-20: a server does not start beside data that another engine wrote', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rl-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  claimData(folder, 'mongo', 'stand-in');
  claimData(folder, 'mongo', 'stand-in');
  claimData(folder, 's3', 'versitygw');
  expect(() => claimData(folder, 'mongo', 'mongod')).toThrow('was written by the stand-in');
  expect(() => claimData(folder, 's3', 's3proxy')).toThrow('was written by versitygw');
});
