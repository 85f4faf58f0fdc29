import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { downloadedMongod, REFUSAL_LASTS_MS, rememberedRefusal } from './mongo-download.ts';

function folderWithRefusal(atMs: number): string {
  const folder = mkdtempSync(join(tmpdir(), 'rl-tools-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'mongod-refused.json'), JSON.stringify({ atMs, reason: 'refused' }));
  return folder;
}

test('OPS-20: a refused download is remembered for a week and not tried again in that time', async () => {
  const now = Date.now();
  const folder = folderWithRefusal(now);
  expect(rememberedRefusal(folder, now + REFUSAL_LASTS_MS - 1)?.reason).toBe('refused');
  expect(rememberedRefusal(folder, now + REFUSAL_LASTS_MS)).toBeNull();
  const lines: string[] = [];
  expect(await downloadedMongod(folder, (line) => lines.push(line))).toBeNull();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('refused');
});
