import ts from 'typescript';
import { NamedTypes, TypePrinter } from './type-printer.ts';

/** A declaration file of the contract, as TypeScript writes it: it still has zod in it. */
export type EmittedFiles = ReadonlyMap<string, string>;

interface Declared {
  readonly node: ts.Statement;
  /** With its comment. */
  readonly text: string;
  readonly file: string;
}

const BRAND = `/** Ids of different kinds are different types: a trip's id is no driver's. A text from your own storage is cast: \`text as TripId\`. */
declare const brand: unique symbol;
`;

/**
 * One declaration file with what the SDK's declarations name of the contract, directly or through others; what zod infers is written out.
 * @throws Error when a name is a schema, or two files declare it
 */
export function contractDeclarations(
  program: ts.Program,
  indexFile: string,
  emitted: EmittedFiles,
  wanted: ReadonlySet<string>,
): string {
  const checker = program.getTypeChecker();
  const exported = exportsOf(program, indexFile);
  const declared = declarationsOf(emitted);
  const named = new NamedTypes();
  for (const [name, symbol] of exported)
    if (symbol.flags & ts.SymbolFlags.Type) named.add(name, checker.getDeclaredTypeOfSymbol(symbol));
  const printer = new TypePrinter(checker, named);

  const written = new Map<string, string>();
  const open = [...wanted].toSorted();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (written.has(name)) continue;
    const declaration = declared.get(name);
    if (declaration === undefined) throw new Error(`the contract declares no ${name}`);
    const text = textOf(name, declared, exported.get(name), checker, printer);
    if (/\bz\./.test(text)) throw new Error(`${name} is a schema of the contract: the SDK has no zod`);
    written.set(name, text);
    open.push(...namesIn(text).filter((other) => declared.has(other)));
  }
  const texts = [...written].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
  return [...(texts.some((text) => text.includes('[brand]')) ? [BRAND] : []), ...texts, 'export {};\n'].join(
    '\n',
  );
}

function exportsOf(program: ts.Program, indexFile: string): Map<string, ts.Symbol> {
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(indexFile);
  const module = file && checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${indexFile} is not part of the program`);
  return new Map(
    checker
      .getExportsOfModule(module)
      .map((symbol) => [
        symbol.name,
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
      ]),
  );
}

function declarationsOf(emitted: EmittedFiles): Map<string, Declared> {
  const declared = new Map<string, Declared>();
  for (const [file, text] of emitted) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    for (const node of source.statements) {
      const name = nameOf(node);
      if (name === undefined) continue;
      const other = declared.get(name);
      // Only the SDK's own names matter, but a silent choice between two would be wrong types.
      if (other) throw new Error(`${file} and ${other.file} of the contract both declare ${name}`);
      declared.set(name, { node, text: node.getFullText().trim(), file });
    }
  }
  return declared;
}

function nameOf(node: ts.Statement): string | undefined {
  if (ts.isVariableStatement(node)) {
    const [first] = node.declarationList.declarations;
    return first && ts.isIdentifier(first.name) ? first.name.text : undefined;
  }
  if (
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node)
  )
    return node.name?.text;
  return undefined;
}

function textOf(
  name: string,
  declared: ReadonlyMap<string, Declared>,
  symbol: ts.Symbol | undefined,
  checker: ts.TypeChecker,
  printer: TypePrinter,
): string {
  const { node, text } = declared.get(name) as Declared;
  const isInferred = ts.isTypeAliasDeclaration(node) && /\bz\.|\btypeof\b/.test(node.type.getText());
  if (!isInferred || symbol === undefined) return `${text}\n`;
  if (node.typeParameters)
    throw new Error(`${name} of the contract is generic and inferred: write it out there`);
  // A type that zod infers is described where its schema is.
  const [, schema = ''] = /\btypeof (\w+)/.exec(node.type.getText()) ?? [];
  const comment = commentOf(text) ?? commentOf(declared.get(schema)?.text ?? '');
  const type = printer.structureOf(checker.getDeclaredTypeOfSymbol(symbol));
  return `${comment === undefined ? '' : `${comment}\n`}export type ${name} = ${type};\n`;
}

/** The comment directly before a declaration. */
function commentOf(text: string): string | undefined {
  return /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\s*(?:export|declare|interface)/.exec(text)?.[1];
}

/** Names that a declaration refers to. */
function namesIn(text: string): string[] {
  const names: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName)) names.push(node.typeName.text);
    if (ts.isTypeQueryNode(node) && ts.isIdentifier(node.exprName)) names.push(node.exprName.text);
    if (ts.isExpressionWithTypeArguments(node) && ts.isIdentifier(node.expression))
      names.push(node.expression.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('part.d.ts', text, ts.ScriptTarget.Latest, true));
  return names;
}
