import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { leftInFolder, leftInGroup } from './left-running.ts';

test('OPS-81: a process that a run leaves in its process group is named', async (context) => {
  context.skip(process.platform !== 'linux', 'the processes of a group are read from /proc');
  const leader = spawn('sh', ['-c', 'sleep 61 & exit 0'], { detached: true, stdio: 'ignore' });
  const group = leader.pid ?? 0;
  onTestFinished(() => {
    process.kill(-group, 'SIGKILL');
  });
  await once(leader, 'exit');
  expect(await leftInGroup(group, 300)).toEqual([expect.stringMatching(/^\d+ sleep 61$/)]);
});

test('OPS-81: a process that ends on its own soon after is not reported', async () => {
  const leader = spawn('sh', ['-c', 'sleep 0.3 & exit 0'], { detached: true, stdio: 'ignore' });
  await once(leader, 'exit');
  expect(await leftInGroup(leader.pid ?? 0, 10_000)).toEqual([]);
});

test('OPS-81: what tests leave in the temporary folder is named, what their tools keep there is not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rl-left-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['rideline-documents-41-x', 'node-compile-cache', 'vitest-a'])
    mkdirSync(join(folder, name));
  expect(leftInFolder(folder)).toEqual(['rideline-documents-41-x']);
});
