import { isDeepStrictEqual } from 'node:util';
import { ERRORS, type ErrorCode, problemSchema } from '@rideline/contract';
import { z } from 'zod';
import { IDEMPOTENCY_KEY } from './idempotent-answer.ts';
import { isMediaAnswer, type Route, route } from './route.ts';

type JsonObject = Record<string, unknown>;

/** Codes that every route may answer, and those that follow from its declaration. */
function codesOf(one: Route): ErrorCode[] {
  const codes = new Set<ErrorCode>(['VALIDATION', 'INTERNAL', ...one.problems]);
  if (one.access !== 'public') {
    for (const code of [
      'UNAUTHENTICATED',
      'TOKEN_INVALID',
      'TOKEN_EXPIRED',
      'WRONG_AUDIENCE',
      'FORBIDDEN',
    ] as const)
      codes.add(code);
  }
  if (one.body !== undefined) codes.add('PAYLOAD_TOO_LARGE');
  if (one.limit !== 'none') codes.add('SCALE_003');
  if (one.limit !== 'none' && one.limit !== 'critical') codes.add('SHED');
  if (one.problems.includes('UNAVAILABLE'))
    for (const code of ['SCALE_002', 'SCALE_004'] as const) codes.add(code);
  if (one.idempotent) for (const code of ['KEY_REUSED', 'CONFLICT'] as const) codes.add(code);
  return [...codes];
}

/** A tuple of equals is an array of a fixed length: the same to a validator, and understood by tools that don't know `prefixItems`. */
function asEvenArray(made: { prefixItems?: unknown[]; items?: unknown }): void {
  const [first, ...others] = made.prefixItems ?? [];
  if (first === undefined || made.items !== false) return;
  if (!others.every((other) => isDeepStrictEqual(other, first))) return;
  delete made.prefixItems;
  made.items = first;
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    // Requests are strict; answers may gain fields, which clients ignore.
    override: ({ jsonSchema: made }) => {
      if (io === 'output' && made.additionalProperties === false) delete made.additionalProperties;
      asEvenArray(made);
    },
  }) as JsonObject;
  return rest;
}

function parametersOf(one: Route): JsonObject[] {
  const listed = (schemas: z.ZodObject, where: 'path' | 'query') =>
    Object.entries(schemas.shape).map(([name, schema]) => ({
      name,
      in: where,
      required: where === 'path' || !(schema as z.ZodType).safeParse(undefined).success,
      // What is checked after the text was read as a number, so the output side.
      schema: jsonSchema(schema as z.ZodType, 'output'),
    }));
  return [...listed(one.params, 'path'), ...listed(one.query, 'query'), ...headersOf(one)];
}

/** Headers that a route reads by its declaration. */
function headersOf(one: Route): JsonObject[] {
  if (!one.idempotent) return [];
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description:
        'Made by the client; the same request under the same key is done once and answered alike for 24 h.',
      schema: { type: 'string', pattern: IDEMPOTENCY_KEY.source },
    },
  ];
}

/** Of a streamed answer: what is JSON in it is anything, the rest is text. */
function mediaSchema(type: string): JsonObject {
  return /json$/.test(type) && !type.includes('ndjson') ? {} : { type: 'string' };
}

function answersOf(one: Route): JsonObject {
  const content = isMediaAnswer(one.answer)
    ? Object.fromEntries(one.answer.mediaTypes.map((type) => [type, { schema: mediaSchema(type) }]))
    : { 'application/json': { schema: jsonSchema(one.answer, 'output') } };
  const answers: JsonObject = { [one.status]: { description: one.summary, content } };
  for (const code of codesOf(one)) {
    const status = ERRORS[code].status;
    const before = answers[status] as { description: string } | undefined;
    const text = `${code}: ${ERRORS[code].text}`;
    answers[status] = {
      description: before === undefined ? text : `${before.description} · ${text}`,
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    };
  }
  return answers;
}

/** What a route is about: the first word of its address that is not the version. */
function tagOf(one: Route): string {
  return one.path.split('/').find((part) => part !== '' && part !== 'v1') ?? 'api';
}

function operationOf(one: Route): JsonObject {
  return {
    tags: [tagOf(one)],
    summary: one.summary,
    operationId: `${one.method}${one.path.replace(/[^A-Za-z0-9]+(\w)?/g, (_all, letter: string | undefined) => (letter ?? '').toUpperCase())}`,
    parameters: parametersOf(one),
    ...(one.access === 'public' ? { security: [] } : { 'x-roles': one.access }),
    'x-limit': one.limit,
    ...(one.cache === undefined ? {} : { 'x-cache': one.cache }),
    ...(one.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(one.body, 'input') } },
          },
        }),
    responses: answersOf(one),
  };
}

/** OpenAPI 3.1 of the declared routes. */
export function openApiOf(routes: readonly Route[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method]: operationOf(one) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Rideline', version: '1', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT (EdDSA, typ at+jwt)' },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
  };
}

/** The routes with the one that lists them all, itself too. */
export function withOpenApi(routes: readonly Route[]): Route[] {
  let document: JsonObject | undefined;
  const all: Route[] = [
    ...routes,
    route({
      method: 'get',
      path: '/v1/openapi.json',
      summary: 'This description of every route.',
      access: 'public',
      limit: 'standard',
      answer: z.record(z.string(), z.unknown()),
      handle: () => {
        document ??= openApiOf(all);
        return document;
      },
    }),
  ];
  return all;
}
