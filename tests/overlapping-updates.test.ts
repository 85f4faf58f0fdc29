import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';
import ts from 'typescript';
import { expect, test } from 'vitest';

const LOGICAL = new Set([
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
]);
/** Not `??=` and the like: they set a value once. */
const isUpdate = (kind: ts.SyntaxKind) =>
  kind >= ts.SyntaxKind.FirstCompoundAssignment &&
  kind <= ts.SyntaxKind.CaretEqualsToken &&
  !LOGICAL.has(kind);

function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return ts.isAwaitExpression(node) || (ts.forEachChild(node, awaits) ?? false);
}

function declares(scope: ts.Node, name: string): boolean {
  const look = (node: ts.Node): boolean => {
    if (node !== scope && ts.isFunctionLike(node)) return false;
    const isDeclared =
      (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
      ts.isIdentifier(node.name) &&
      node.name.text === name;
    return isDeclared || (ts.forEachChild(node, look) ?? false);
  };
  return look(scope);
}

/**
 * Lines with `x += await f()` where `x` outlives the function: the old value is read before the wait, so of two calls that overlap one
 * increment is lost. A variable of the function itself is safe.
 */
function overlappingUpdates(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node) && isUpdate(node.operatorToken.kind) && awaits(node.right)) {
      const scope = ts.findAncestor(node, ts.isFunctionLike);
      const isOwn = ts.isIdentifier(node.left) && scope !== undefined && declares(scope, node.left.text);
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      // At the top level of a module nothing overlaps.
      if (scope !== undefined && !isOwn) found.push(`${file}:${line + 1} ${node.getText()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test.each([
  ['let n = 0; const f = async () => { n += await g(); };', 1],
  ['let n = 0; const f = async () => { n += (await g()).rounds; };', 1],
  ['class C { async f() { this.n -= await g(); } }', 1],
  ['async function f() { let n = 0; for (const x of y) n += await g(x); return n; }', 0],
  ['async function f() { let [n, m] = [0, 0]; n += await g(); }', 0],
  ['let n = 0; const f = async () => { const m = await g(); n += m; };', 0],
])('an update behind a wait is found where calls can overlap: %s', (text, count) => {
  expect(overlappingUpdates('a.ts', text)).toHaveLength(count);
});

test('no variable that outlives a function is updated behind a wait', () => {
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const named = files.split('\n').filter((file) => file !== '' && existsSync(join(ROOT, file)));
  expect(named.length).toBeGreaterThan(500);
  const found = named.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return text.includes('await') ? overlappingUpdates(file, text) : [];
  });
  expect(found).toEqual([]);
}, 60_000);
