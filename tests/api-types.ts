import openapiTS, { astToString } from 'openapi-typescript';
import { apiDocument } from './declared-routes.ts';

const NOTE = `// Written by \`node tests/write-reference-documents.ts\` from the declared routes, by openapi-typescript; a test compares the two.
// What openapi-fetch needs to know of every address: parameters, body and answers.
`;

type Operation = { responses: Record<string, { headers?: object }> };
type Components = { schemas: object; parameters: object };

const successesOf = (responses: Operation['responses']) =>
  Object.fromEntries(Object.entries(responses).filter(([status]) => status.startsWith('2')));

/** Every refusal is one type, a problem: so that the types say it once. */
function withOneProblem(document: object): object {
  const { paths, components, ...rest } = document as {
    paths: Record<string, Record<string, Operation>>;
    components: Components;
  };
  const problem = {
    description: 'Any refusal.',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const slim = ({ responses, ...operation }: Operation) => ({
    ...operation,
    responses: {
      ...each(successesOf(responses), ({ headers: _untyped, ...response }) => response),
      default: problem,
    },
  });
  const each = <In, Out>(values: Record<string, In>, change: (value: In) => Out) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
  const { schemas, parameters } = components;
  return {
    ...rest,
    components: { schemas, parameters },
    paths: each(paths, (methods) => each(methods, slim)),
  };
}

/** packages/contract/src/api-paths.ts as it has to be. */
export async function renderApiTypes(): Promise<string> {
  const ast = await openapiTS(withOneProblem(apiDocument()) as never, {
    alphabetize: true,
    defaultNonNullable: false,
  });
  return `${NOTE}\n${astToString(ast)}`;
}
