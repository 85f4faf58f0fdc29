import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const ALLOWED = /^(\.\/[a-z-]+\.ts|@rideline\/contract|socket\.io-client|openapi-fetch)$/;

it('SDK-10: the SDK imports only the contract, socket.io-client and openapi-fetch, so that it runs on phones', async () => {
  const folder = new URL('.', import.meta.url);
  const files = (await readdir(folder)).filter((name) => !name.endsWith('.test.ts'));
  expect(files).toContain('index.ts');
  for (const file of files) {
    const text = await readFile(new URL(file, folder), 'utf8');
    for (const [, from = ''] of text.matchAll(/(?:from|import) '([^']+)'/g))
      expect(from, file).toMatch(ALLOWED);
    expect(text, file).not.toMatch(/\b(process|Buffer|require|global)\b[.(]/);
  }
});
