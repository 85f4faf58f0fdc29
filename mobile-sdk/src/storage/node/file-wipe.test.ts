import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { StoreLostError } from '../storage.ts';
import { fileStorage } from './file-storage.ts';

/** Stops before the file that is written anew takes the place of the old one. */
const gate = vi.hoisted(() => ({ reached: (): void => undefined, opened: Promise.resolve() }));

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>();
  return {
    ...real,
    rename: async (from: string, to: string) => {
      if (from.endsWith('.new')) {
        gate.reached();
        await gate.opened;
      }
      return real.rename(from, to);
    },
  };
});

let folder: string;
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('SDK-138: a file that is being written anew when the person signs out does not bring their records back', async () => {
  folder = temporaryFolder();
  const storage = fileStorage({ folder });
  const onLost = vi.fn();
  const store = await storage.open({ onLost });
  const secret = JSON.stringify('x'.repeat(20_000));
  const ids: number[] = [];
  for (let n = 0; n < 8; n++) ids.push(...(await store.append('fixes', [secret])));
  let open: () => void = () => undefined;
  gate.opened = new Promise((resolve) => {
    open = resolve;
  });
  const reached = new Promise<void>((resolve) => {
    gate.reached = resolve;
  });
  const deleted = store.delete('fixes', ids.slice(1)).catch((error: unknown) => error);
  await reached;
  await storage.wipe();
  open();
  expect(await deleted).toBeInstanceOf(StoreLostError);
  expect(onLost).toHaveBeenCalledTimes(1);
  expect(readFileSync(join(folder, 'rideline.log'), 'utf8')).not.toContain('xxx');
  const next = await storage.open({ onLost });
  expect(await next.read('fixes', 0, 10)).toEqual([]);
  expect((await next.append('fixes', ['1']))[0]).toBeGreaterThan(ids.at(-1) ?? 0);
  await next.close();
});
