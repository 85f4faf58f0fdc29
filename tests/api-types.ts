import { apiConfig } from '@rideline/api/config';
import { openApiOf } from '@rideline/api/http/openapi';
import type { Route } from '@rideline/api/http/route';
import { allRoutes } from '@rideline/api/routes';
import { loadConfig } from '@rideline/platform/config/config';
import openapiTS, { astToString } from 'openapi-typescript';

/** Whatever is asked of it, it is itself: routes are declared with it, and never called. */
function placeholder(): never {
  const itself: unknown = new Proxy(() => itself, {
    get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : itself),
    apply: () => itself,
  });
  return itself as never;
}

/** The routes as they are declared, without a server. */
export function declaredRoutes(): Route[] {
  const nothing = placeholder();
  return allRoutes({
    config: loadConfig({}, 'api', apiConfig),
    keys: nothing,
    accounts: nothing,
    clock: nothing,
    health: nothing,
    state: nothing,
    db: nothing,
    dependencies: nothing,
    fixes: nothing,
    deadLetters: [],
    documents: nothing,
    limiter: nothing,
    cache: nothing,
    lastAnswers: nothing,
    boards: nothing,
    metrics: nothing,
    log: nothing,
  });
}

/** The API's OpenAPI document without a server. */
export function apiDocument(): object {
  return openApiOf(declaredRoutes());
}

const NOTE = `// Written by \`node tests/write-reference-documents.ts\` from the declared routes, by openapi-typescript; a test compares the two.
// What openapi-fetch needs to know of every address: parameters, body and answers.
`;

type Operation = { responses: Record<string, object> };

/** Every refusal is one type, a problem: so that the types say it once. */
function withOneProblem(document: object): object {
  const { paths, ...rest } = document as { paths: Record<string, Record<string, Operation>> };
  const problem = {
    description: 'Any refusal.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const slim = ({ responses, ...operation }: Operation) => ({
    ...operation,
    responses: {
      ...Object.fromEntries(Object.entries(responses).filter(([status]) => status.startsWith('2'))),
      default: problem,
    },
  });
  const each = <In, Out>(values: Record<string, In>, change: (value: In) => Out) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
  return { ...rest, paths: each(paths, (methods) => each(methods, slim)) };
}

/** packages/contract/src/api-paths.ts as it has to be. */
export async function renderApiTypes(): Promise<string> {
  const ast = await openapiTS(withOneProblem(apiDocument()) as never, { alphabetize: true });
  return `${NOTE}\n${astToString(ast)}`;
}
