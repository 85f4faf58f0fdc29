import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { logKeeperSpec } from './log-keeper.ts';

const SOON = { timeout: 15_000, interval: 20 };
const MOST = 100_000;

let folder: string;
let keeper: ChildProcess;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rideline-log-keeper-'));
  mkdirSync(join(folder, 'logs'));
  const { command, args } = logKeeperSpec(folder);
  keeper = spawn(command, [args[0] as string, args[1] as string, String(MOST), '0.1'], { stdio: 'ignore' });
});
afterEach(async () => {
  keeper.kill();
  if (keeper.exitCode === null && keeper.signalCode === null)
    await new Promise((resolve) => keeper.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
});

const log = (name: string) => join(folder, 'logs', name);
const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

it('OPS-94: a log above the size is set aside while its writer holds it open, and the writer goes on at its beginning', async () => {
  const file = log('redis-state.log');
  const writer = openSync(file, 'a', 0o600);
  try {
    for (let round = 0; round < 3; round += 1) {
      writeSync(writer, `${String(round).repeat(MOST + 1)}\n`);
      await vi.waitFor(() => {
        expect(sizeOf(file)).toBeLessThan(MOST);
        expect(readFileSync(`${file}.1`, 'utf8')).toBe(`${String(round).repeat(MOST + 1)}\n`);
      }, SOON);
    }
    writeSync(writer, 'after\n');
    expect(readFileSync(file, 'utf8')).toBe('after\n');
    expect(statSync(`${file}.1`).mode & 0o077).toBe(0);
  } finally {
    closeSync(writer);
  }
});

it('OPS-94: a log that cannot be copied, as on a full disk, is emptied; smaller logs and other files stay', async () => {
  const large = log('haproxy.log');
  // The copy would be written through this link: it finds no room, or (where there is no such device) no folder.
  symlinkSync(existsSync('/dev/full') ? '/dev/full' : join(folder, 'no', 'folder'), `${large}.1.part`);
  writeFileSync(log('api-1.log'), 'small\n');
  writeFileSync(log('other.json'), 'x'.repeat(2 * MOST));
  appendFileSync(large, 'x'.repeat(2 * MOST));
  await vi.waitFor(() => expect(sizeOf(large)).toBe(0), SOON);
  expect(readFileSync(log('api-1.log'), 'utf8')).toBe('small\n');
  expect(sizeOf(log('other.json'))).toBe(2 * MOST);
});

it('OPS-94: the keeper ends with the folder of its logs', async () => {
  const ended = new Promise((resolve) => keeper.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
  expect(await ended).toBe(0);
});
