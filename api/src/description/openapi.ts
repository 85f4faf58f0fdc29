import { problemSchema } from '@rideline/contract';
import type { z } from 'zod';
import { LAST_ANSWERS } from '../cache/stale-policy.ts';
import { isMediaAnswer, type Route } from '../http/route.ts';
import { componentSchemas, type SchemaUse } from './component-schemas.ts';
import { ExampleMaker } from './example-values.ts';
import { answerHeaders, HEADERS, headerRefs, REQUEST_HEADERS, requestHeadersOf } from './headers.ts';
import { isJson, type Json } from './json-schema.ts';
import { operationText } from './operation-text.ts';
import { parameterText } from './parameter-texts.ts';
import { ProblemResponses } from './problem-responses.ts';
import { type Tag, tagOf, tagTexts } from './tags.ts';

/** The schemas of one route, as they stand in the document. */
interface RouteSchemas {
  readonly params: Json;
  readonly query: Json;
  readonly body: Json | undefined;
  readonly answer: Json | undefined;
}

const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** What a route uses, in the order of `RouteSchemas`. Bounds are checked after the text of a query was parsed, so its output side is described. */
function usesOf(one: Route): SchemaUse[] {
  return [
    { schema: one.params, direction: 'output', name: null },
    { schema: one.query, direction: 'output', name: null },
    ...(one.body === undefined
      ? []
      : [{ schema: one.body, direction: 'input', name: `${pascal(one.operation)}Request` } as const]),
    ...(isMediaAnswer(one.answer)
      ? []
      : [{ schema: one.answer, direction: 'output', name: `${pascal(one.operation)}Answer` } as const]),
  ];
}

/** The schemas of every route and the components that they refer to. */
function schemasOf(routes: readonly Route[]) {
  const uses = routes.map(usesOf);
  const problem: SchemaUse = { schema: problemSchema, direction: 'output', name: 'Problem' };
  const made = componentSchemas([problem, ...uses.flat()], 'draft-2020-12');
  let next = 1;
  const take = () => made.uses[next++] ?? {};
  const byRoute = new Map(
    routes.map((one): [Route, RouteSchemas] => [
      one,
      {
        params: take(),
        query: take(),
        body: one.body === undefined ? undefined : take(),
        answer: isMediaAnswer(one.answer) ? undefined : take(),
      },
    ]),
  );
  return { byRoute, schemas: made.schemas };
}

function parametersOf(schema: Json, zod: z.ZodObject, where: 'path' | 'query', maker: ExampleMaker): Json[] {
  const properties = isJson(schema.properties) ? schema.properties : {};
  return Object.entries(properties).map(([name, value]) => {
    const { description, ...rest } = value as Json;
    return {
      name,
      in: where,
      required: where === 'path' || !(zod.shape[name] as z.ZodType).safeParse(undefined).success,
      // An id's own text says what it is, and not that it selects.
      description: (name.endsWith('Id') ? undefined : description) ?? parameterText(name, where),
      schema: rest,
      ...(where === 'path' ? { example: maker.valueOf(rest, true, name) } : {}),
    };
  });
}

/** Schema of a streamed answer: any value for JSON, otherwise text. */
function mediaSchema(type: string): Json {
  return /json$/.test(type) && !type.includes('ndjson') ? {} : { type: 'string' };
}

const SUCCESS: Readonly<Record<number, string>> = { 200: 'Success.', 201: 'Created.', 202: 'Accepted.' };

function successesOf(one: Route, answer: Json | undefined, maker: ExampleMaker): Json {
  const content = isMediaAnswer(one.answer)
    ? Object.fromEntries(one.answer.mediaTypes.map((type) => [type, { schema: mediaSchema(type) }]))
    : { 'application/json': { schema: answer ?? {}, example: maker.valueOf(answer ?? {}, false) } };
  const texts: Record<number, string> = {
    [one.status]: SUCCESS[one.status] ?? 'Success.',
    ...one.otherStatuses,
  };
  return Object.fromEntries(
    Object.entries(texts).map(([status, description]) => {
      const headers = headerRefs(answerHeaders(one, Number(status), one.path in LAST_ANSWERS));
      return [status, { description, headers, content }];
    }),
  );
}

const NOT_MODIFIED = {
  description: 'You have this answer: its `ETag` is the one in `If-None-Match`. No body.',
  headers: headerRefs(['X-Request-Id', 'ETag']),
};

function operationOf(
  one: Route,
  schemas: RouteSchemas,
  problems: ProblemResponses,
  maker: ExampleMaker,
): Json {
  const successes = successesOf(one, schemas.answer, maker);
  const headers = requestHeadersOf(one);
  const taken = new Set(Object.keys(successes).map(Number));
  const hasTag = headers.some(({ $ref }) => String($ref).endsWith('/IfNoneMatch'));
  return {
    tags: [tagOf(one.path).tag],
    operationId: one.operation,
    ...operationText(one),
    ...(one.deprecated === undefined ? {} : { deprecated: true, 'x-sunset': one.deprecated.sunset }),
    parameters: [
      ...parametersOf(schemas.params, one.params, 'path', maker),
      ...parametersOf(schemas.query, one.query, 'query', maker),
      ...headers,
    ],
    ...(one.access === 'public' ? { security: [] } : { 'x-roles': one.access }),
    'x-limit': one.limit,
    ...(one.cache === undefined ? {} : { 'x-cache': one.cache }),
    ...(schemas.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: schemas.body, example: maker.valueOf(schemas.body, true) },
            },
          },
        }),
    responses: {
      ...successes,
      ...(hasTag ? { 304: NOT_MODIFIED } : {}),
      ...problems.of(one, taken),
    },
  };
}

const DESCRIPTION = `The REST interface of Rideline: riders, drivers, operators and admins. What happens while a trip is under way arrives over Socket.IO, which \`/v1/asyncapi.json\` describes (for people: \`/docs/events\`).

**Tokens.** \`createAccount\` or \`signIn\` gives an access token for 15 minutes (\`Authorization: Bearer …\`) and a refresh token, which \`refreshToken\` exchanges once for the next pair.

**Errors** are \`application/problem+json\` (RFC 9457) with a \`code\` of a closed list (\`listErrorCodes\`), which says whether a repeat helps. Wait for \`Retry-After\` before you repeat one. Fields that are not described may be added to answers: ignore them. Requests must not have such fields.

**Repeats.** GET, PUT and DELETE may be repeated. A POST that creates takes an \`Idempotency-Key\`; commands on trips have a \`commandId\` that does the same. Lists are pages: \`limit\`, \`cursor\`, and \`next\` in the answer, null on the last one.

**Times** are ISO 8601 in UTC, except where a schema says epoch ms. Places are degrees (WGS84), amounts are integers of the currency's minor unit (ISO 4217).`;

/** The components of a document besides its schemas. Only what an operation uses is listed. */
function componentsOf(paths: Json, schemas: Json, problems: ProblemResponses): Json {
  const text = JSON.stringify([paths, problems.responses]);
  const used = (kind: string, all: Readonly<Record<string, Json>>) =>
    Object.fromEntries(
      Object.entries(all).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`)),
    );
  return {
    securitySchemes: {
      bearer: {
        type: 'http',
        scheme: 'bearer',
        bearerFormat: 'JWT (EdDSA, typ at+jwt)',
        description:
          'The access token of a session, for 15 minutes. Its audience is the role; each operation lists the roles that may call it as `x-roles`.',
      },
    },
    parameters: used('parameters', REQUEST_HEADERS),
    headers: used('headers', HEADERS),
    responses: problems.responses,
    examples: problems.examples,
    schemas,
  };
}

/** OpenAPI 3.1 of the declared routes. */
export function openApiOf(routes: readonly Route[]): Json {
  const { byRoute, schemas } = schemasOf(routes);
  const maker = new ExampleMaker(schemas);
  const problems = new ProblemResponses();
  const paths: Record<string, Json> = {};
  const tags = new Set<Tag>();
  for (const [one, own] of byRoute) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [one.method]: operationOf(one, own, problems, maker) };
    tags.add(tagOf(one.path).tag);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Rideline',
      version: '1',
      summary: 'REST interface of a ride-hailing or delivery fleet.',
      description: DESCRIPTION,
      contact: { name: 'Rideline', url: 'https://github.com/rideline/rideline/issues' },
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [
      { url: '/', description: 'The server that you read this document from.' },
      {
        url: '{origin}',
        description: 'Any other server of yours.',
        variables: {
          origin: {
            default: 'http://127.0.0.1:8080',
            description: 'Scheme, host and port of its front port, without a slash at the end.',
          },
        },
      },
    ],
    tags: tagTexts(tags),
    security: [{ bearer: [] }],
    paths,
    components: componentsOf(paths, schemas, problems),
  };
}
