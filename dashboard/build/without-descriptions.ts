import { dirname, join } from 'node:path';
import { type Plugin, parseAst } from 'vite';

const CONTRACT = join(dirname(dirname(import.meta.dirname)), 'packages/contract/src');

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/**
 * Removes `.describe(…)` from the schemas of the contract. Only the documents that are generated from them show these texts; in a page they are
 * bytes that nobody reads. Line breaks stay, so that stack traces name the right lines.
 */
export function withoutDescriptions(): Plugin {
  return {
    name: 'without-descriptions',
    enforce: 'pre',
    transform: {
      filter: { id: `${CONTRACT}/**`, code: '.describe(' },
      handler: (code) => ({ code: cutDescriptions(code), map: null }),
    },
  };
}

/** @throws SyntaxError when the code is no TypeScript */
export function cutDescriptions(code: string): string {
  const cuts = descriptionsIn(parseAst(code, { lang: 'ts' }) as unknown as Node);
  let kept = code;
  // From the end, so that the places of those before stay right.
  for (const { start, end } of cuts.toSorted((a, b) => b.start - a.start))
    kept = kept.slice(0, start) + kept.slice(start, end).replace(/[^\n]/g, '') + kept.slice(end);
  return kept;
}

/** From the end of what is described to the end of the call. A description within another's argument is cut with it. */
function descriptionsIn(node: Node): { start: number; end: number }[] {
  const object = describedBy(node);
  if (object !== null) return [...descriptionsIn(object), { start: object.end, end: node.end }];
  return Object.values(node).flatMap((field) => [field].flat().filter(isNode).flatMap(descriptionsIn));
}

/** The schema of a call `schema.describe(text)`. */
function describedBy({ type, callee }: Node): Node | null {
  if (type !== 'CallExpression' || !isNode(callee) || callee.type !== 'MemberExpression') return null;
  const { object, property } = callee;
  return isNode(object) && isNode(property) && property.name === 'describe' ? object : null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
