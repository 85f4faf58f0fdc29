import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startOf } from '@rideline/platform/process/process-identity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownDemo } from './demo-owner.ts';

describe('owner of the demo', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rideline-owner-'));
    file = join(folder, 'demo-owner.json');
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('OPS-67: a second demo is refused while the first runs', () => {
    const release = ownDemo(file);
    expect(() => ownDemo(file)).toThrow(`a demo is running (pid ${process.pid})`);
    release();
    expect(existsSync(file)).toBe(false);
    ownDemo(file)();
  });

  it('OPS-67: a demo that was killed owns nothing', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    writeFileSync(file, JSON.stringify({ pid, startedAt: 'long ago' }));
    ownDemo(file)();
    // The same pid with another start time.
    writeFileSync(file, JSON.stringify({ pid: process.pid, startedAt: `not ${startOf(process.pid)}` }));
    ownDemo(file)();
    writeFileSync(file, '{"pid": 1');
    ownDemo(file)();
    expect(existsSync(file)).toBe(false);
  });
});
