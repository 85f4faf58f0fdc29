import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { renderApiTypes } from './api-types.ts';
import { apiDocument } from './declared-routes.ts';

interface Operation {
  readonly parameters: readonly { readonly name?: string; readonly $ref?: string }[];
  readonly responses: Readonly<Record<string, object>>;
  readonly 'x-roles'?: readonly string[];
}

const { paths } = apiDocument() as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

it('ADM-52: the REST client and the dashboard are compiled with the types of the declared routes', async () => {
  const written = readFileSync(join(import.meta.dirname, '../packages/contract/src/api-paths.ts'), 'utf8');
  expect(written === (await renderApiTypes()), 'run: node tests/write-reference-documents.ts').toBe(true);
});

it('ADM-6: every POST that creates takes an Idempotency-Key', () => {
  const creating = operations.filter(
    ({ method, operation }) => method === 'post' && '201' in operation.responses,
  );
  expect(creating.length).toBeGreaterThan(4);
  const without = creating.filter(
    ({ operation }) => !operation.parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')),
  );
  expect(without.map(({ path }) => path)).toEqual([]);
});

it('ADM-13: every administration route is declared for operators and admins only', () => {
  const admin = operations.filter(({ path }) => path.startsWith('/v1/admin/'));
  expect(admin.length).toBeGreaterThan(10);
  for (const { path, operation } of admin)
    expect([path, operation['x-roles']?.every((role) => role === 'operator' || role === 'admin')]).toEqual([
      path,
      true,
    ]);
});
