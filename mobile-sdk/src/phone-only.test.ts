import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const ALLOWED = /^(\.{1,2}\/[a-z/.-]+\.ts|@rideline\/contract|socket\.io-client|openapi-fetch)$/;

it('SDK-10: the SDK imports only the contract, socket.io-client and openapi-fetch, so that it runs on phones', async () => {
  const folder = new URL('.', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  expect(files).toEqual(expect.arrayContaining(['index.ts', 'driver/driver.ts']));
  for (const file of files) {
    const text = await readFile(new URL(file, folder), 'utf8');
    for (const [, from = ''] of text.matchAll(/(?:from|import) '([^']+)'/g))
      expect(from, file).toMatch(ALLOWED);
    expect(text, file).not.toMatch(/\b(process|Buffer|require|global)\b[.(]/);
  }
});
