import { createConfig, lintFromString } from '@redocly/openapi-core';
import { asyncApi } from '@rideline/api/description/asyncapi';
import { tagOf } from '@rideline/api/description/tags';
import { describe, expect, it } from 'vitest';
import { apiDocument, declaredRoutes } from './declared-routes.ts';
import { validatorOf } from './harness/descriptions/schema-validator.ts';

type Json = Record<string, unknown>;
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly description?: string;
  readonly parameters: readonly Json[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, Json>>;
}
type Content = Readonly<
  Record<string, { readonly schema: Json; readonly example?: unknown; readonly examples?: Json }>
>;

const rest = apiDocument() as {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: Record<string, Record<string, Json>>;
};
const sockets = asyncApi() as { readonly components: Record<string, Record<string, Json>> };
const operations = Object.values(rest.paths).flatMap((methods) => Object.values(methods));

/** What a reference of the document leads to. */
function at(document: Json, reference: unknown): Json {
  return String(reference)
    .slice(2)
    .split('/')
    .reduce<Json>((found, name) => found[name.replaceAll('~1', '/')] as Json, document);
}

/** Every object inside a value, with its path. */
function* objectsIn(value: unknown, path = ''): Generator<[path: string, value: Json]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Json];
  for (const [key, child] of Object.entries(value)) yield* objectsIn(child, `${path}/${key}`);
}

describe.each([
  ['openapi.json', rest.components],
  ['asyncapi.json', sockets.components],
] as const)('the schemas of %s', (_name, { schemas = {} }) => {
  it('ADM-97: every shape has one name', () => {
    const bare = ({ description: _text, ...schema }: Json) => JSON.stringify(schema);
    const byText = Map.groupBy(Object.keys(schemas), (name) => bare(schemas[name] ?? {}));
    expect([...byText.values()].filter((names) => names.length > 1)).toEqual([]);
  });

  it('ADM-97: every object with fields and every list of values stands under a name, and nowhere else', () => {
    const inline = Object.entries(schemas).flatMap(([name, schema]) =>
      [...objectsIn(schema)]
        .filter(([path, value]) => path !== '' && !/\/properties$/.test(path) && isShape(value))
        .map(([path]) => `${name}${path}`),
    );
    expect(inline).toEqual([]);
  });
});

/** Every field of an object, wherever it stands. */
const fieldsOf = (document: Json) =>
  [...objectsIn(document)].flatMap(([path, value]) =>
    Object.entries(value.type === 'object' ? ((value.properties ?? {}) as Json) : {}).map(
      ([name, field]) => ({
        where: `${path}.${name}`,
        field: field as Json,
        text: String((field as Json).description ?? ''),
        isOptional: !((value.required ?? []) as unknown[]).includes(name),
      }),
    ),
  );

describe.each([
  ['openapi.json', fieldsOf(rest.components)],
  ['asyncapi.json', fieldsOf(sockets.components)],
] as const)('the fields of %s', (name, fields) => {
  const isNullable = ({ anyOf, type }: Json) =>
    [...((anyOf as Json[] | undefined) ?? []).map((one) => one.type), type].flat().includes('null');

  it('ADM-111: each has a description', () => {
    expect(fields.length).toBeGreaterThan(200);
    expect(fields.filter(({ text }) => text.length < 3).map(({ where }) => where)).toEqual([]);
  });

  it('ADM-111: a description says what null means, and in messages when the field is absent', () => {
    const silent = fields.filter(
      ({ field, text, isOptional }) =>
        (isNullable(field) && !/\bnull\b/i.test(text)) ||
        // Over REST `fields` makes every field of a list optional.
        (name === 'asyncapi.json' && isOptional && !/\b(absent|otherwise|present)\b/i.test(text)),
    );
    expect(silent.map(({ where }) => where)).toEqual([]);
  });
});

const isShape = (value: Json) =>
  (value.type === 'object' && typeof value.properties === 'object') ||
  (Array.isArray(value.enum) && value.enum.length > 1);

describe('the operations of openapi.json', () => {
  it('ADM-97: every operation has a name of its own, a summary of one line and a description', () => {
    const names = operations.map(({ operationId }) => operationId);
    expect(names.filter((name) => !/^[a-z][A-Za-z]+$/.test(name) || /V1/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    const unclear = operations.filter(
      ({ summary = '', description = '' }) =>
        summary.length < 5 || summary.length > 140 || description.length < 20,
    );
    expect(unclear.map(({ operationId }) => operationId)).toEqual([]);
  });

  it('ADM-97: every path is in a group that has a description', () => {
    expect(
      declaredRoutes()
        .filter(({ path }) => !tagOf(path).isListed)
        .map(({ path }) => path),
    ).toEqual([]);
  });

  it('ADM-97: every parameter and every header has a description', () => {
    const parameters = operations.flatMap(({ operationId, parameters: own }) =>
      own.map((one) => [operationId, '$ref' in one ? at(rest as never, one.$ref) : one] as const),
    );
    expect(parameters.length).toBeGreaterThan(100);
    expect(
      parameters
        .filter(([, { description }]) => typeof description !== 'string')
        .map(([id, { name }]) => `${id} ${name}`),
    ).toEqual([]);
    for (const [name, header] of Object.entries(rest.components.headers ?? {}))
      expect([name, typeof header.description]).toEqual([name, 'string']);
  });

  it('ADM-97: bodies and answers refer to the schemas by name', () => {
    const contents = operations.flatMap(({ operationId, requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].map(
        (one) => [operationId, (one as { content?: Content })?.content] as const,
      ),
    );
    const unnamed = contents.filter(([, content]) => {
      const schema = content?.['application/json']?.schema;
      return schema !== undefined && !('$ref' in schema) && isShape(schema);
    });
    expect(unnamed.map(([id]) => id)).toEqual([]);
  });
});

it('ADM-103: a deprecated route is removed six months after its announcement at the earliest', () => {
  const HALF_A_YEAR_MS = 181 * 86_400_000;
  const hasty = declaredRoutes().filter(
    ({ deprecated }) =>
      deprecated && Date.parse(deprecated.sunset) - Date.parse(deprecated.since) < HALF_A_YEAR_MS,
  );
  expect(hasty.map(({ operation }) => operation)).toEqual([]);
});

it('ADM-98: every body and JSON answer of openapi.json has an example; those of parameters, headers and refusals are valid', () => {
  const contents = operations.flatMap(({ operationId, requestBody, responses }) =>
    [requestBody, ...Object.values(responses)].map(
      (one) => [operationId, (one as { content?: Content })?.content] as const,
    ),
  );
  const without = contents.filter(
    ([, content]) => content?.['application/json'] && !('example' in content['application/json']),
  );
  expect(without.map(([id]) => id)).toEqual([]);
  const faults = validatorOf(rest, 'draft-2020-12');
  const own = ['headers', 'parameters'].flatMap((kind) =>
    Object.entries(rest.components[kind] ?? {}).flatMap(([name, { example }]) =>
      faults(`#/components/${kind}/${name}/schema`, example).map((fault) => `${name}: ${fault}`),
    ),
  );
  const problems = Object.entries(rest.components.examples ?? {});
  expect(problems.length).toBeGreaterThan(20);
  expect([
    ...own,
    ...problems.flatMap(([, { value }]) => faults('#/components/schemas/Problem', value)),
  ]).toEqual([]);
});

it('ADM-98: every request that is shown as an example is accepted by the contract', () => {
  const refused = declaredRoutes().flatMap(({ method, path, body }) => {
    const shown =
      rest.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method]?.requestBody?.content['application/json']
        ?.example;
    const parsed = body?.safeParse(shown);
    return parsed === undefined || parsed.success ? [] : [`${method} ${path}: ${parsed.error.message}`];
  });
  expect(refused).toEqual([]);
});

it('ADM-98: every example of asyncapi.json is valid', () => {
  const faults = validatorOf(sockets, 'draft-07');
  const messages = Object.entries(sockets.components.messages ?? {}) as [
    string,
    { examples: { name: string; payload: unknown }[] },
  ][];
  const invalid = messages.flatMap(([name, { examples }]) =>
    examples.flatMap((one) =>
      faults(`#/components/messages/${name}/payload`, one.payload).map(
        (fault) => `${name} ${one.name}: ${fault}`,
      ),
    ),
  );
  expect(invalid).toEqual([]);
  expect(messages.length).toBeGreaterThan(60);
});

// Its rules validate the examples of bodies and answers against their schemas too.
it.each([
  ['openapi.json', rest],
  ['asyncapi.json', sockets],
])("ADM-99: Redocly's recommended rules find nothing in %s", async (_name, document) => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  expect(
    problems.map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} (${place?.pointer})`),
  ).toEqual([]);
});
