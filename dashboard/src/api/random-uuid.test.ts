import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { randomUuid } from './random-uuid.ts';

it('MAP-23: ids of commands are made without the interfaces that browsers have in secure contexts only', () => {
  const { getRandomValues } = globalThis.crypto;
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(globalThis.crypto) });
  try {
    const made = Array.from({ length: 1000 }, randomUuid);
    expect(new Set(made).size).toBe(1000);
    for (const id of made)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  } finally {
    vi.unstubAllGlobals();
  }
});

it('MAP-23: neither the page nor the SDK uses an interface of secure contexts', () => {
  const root = join(import.meta.dirname, '../../..');
  const uses: string[] = [];
  for (const folder of ['dashboard/src', 'mobile-sdk/src', 'packages/contract/src']) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(name) || /\.test\.tsx?$/.test(name)) continue;
      const code = readFileSync(join(root, folder, name), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '');
      if (
        /randomUUID\(|crypto\.subtle|navigator\.(clipboard|serviceWorker|geolocation|locks|storage)/.test(
          code,
        )
      )
        uses.push(name);
    }
  }
  expect(uses).toEqual([]);
});
