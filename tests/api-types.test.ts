import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderApiTypes } from './api-types.ts';

it('ADM-52: the types of the API that pages and phones are compiled with are those of the declared routes', async () => {
  const written = readFileSync(join(import.meta.dirname, '../packages/contract/src/api-paths.ts'), 'utf8');
  expect(written === (await renderApiTypes()), 'run: node tests/write-reference-documents.ts').toBe(true);
});
