import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
// The alias of TypeScript 6: version 7 has no compiler API.
import ts from 'typescript';
import { contractDeclarations } from './contract-declarations.ts';
import { entries, SDK_FOLDER } from './entries.ts';

const ROOT = join(SDK_FOLDER, '..');
const SOURCE_FOLDER = join(SDK_FOLDER, 'src');
const CONTRACT_FOLDER = join(ROOT, 'packages/contract/src');
const CONTRACT_INDEX = join(CONTRACT_FOLDER, 'index.ts');
/** Generated types of the REST API, many and without zod: taken over as a file of their own. */
const API_PATHS = 'api-paths';

/**
 * Writes the declarations of the entries and of the files behind them into each of the folders, in the folders of `src`, and beside them
 * `contract.d.ts`: the contract's types without zod.
 * @throws Error when a declaration cannot be written, or would need zod or another workspace
 */
export function writeDeclarations(folders: readonly string[]): void {
  const program = createProgram();
  const emitted = emit(program);
  const files = new Map<string, string>();
  const wanted = new Set<string>();
  const open = entries().map(({ source }) => source);
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    const name = declarationNameOf(source);
    if (files.has(name)) continue;
    const text = emitted.get(source);
    if (text === undefined) throw new Error(`${source} has no declarations`);
    for (const contractName of contractNamesIn(text)) wanted.add(contractName);
    open.push(...sourcesIn(source, text));
    files.set(name, withPublishedSpecifiers(name, text));
  }
  const contract = new Map([...emitted].filter(([file]) => dirname(file) === CONTRACT_FOLDER));
  const hasPaths = wanted.delete('ApiPaths');
  const paths = contract.get(join(CONTRACT_FOLDER, `${API_PATHS}.ts`));
  contract.delete(join(CONTRACT_FOLDER, `${API_PATHS}.ts`));
  const types = contractDeclarations(program, CONTRACT_INDEX, contract, wanted);
  files.set(
    'contract.d.ts',
    hasPaths ? `export type { paths as ApiPaths } from './${API_PATHS}.js';\n${types}` : types,
  );
  if (hasPaths && paths !== undefined) files.set(`${API_PATHS}.d.ts`, paths);
  for (const [name, text] of files) {
    refuseForeignImports(name, text);
    for (const folder of folders) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }
}

function createProgram(): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  return ts.createProgram(
    entries().map(({ source }) => source),
    {
      ...options,
      lib: [...(options.lib ?? []), 'lib.dom.d.ts'],
      // As a file of this program: of a package in node_modules TypeScript writes no declarations.
      paths: { '@rideline/contract': [CONTRACT_INDEX] },
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      stripInternal: true,
      rootDir: ROOT,
      outDir: join(ROOT, 'mobile-sdk/dist'),
    },
  );
}

/** The declarations by the path of their source. Nothing is written. */
function emit(program: ts.Program): Map<string, string> {
  const emitted = new Map<string, string>();
  const { diagnostics } = program.emit(undefined, (_file, text, _mark, _onError, sources) => {
    const [source] = sources ?? [];
    if (source) emitted.set(source.fileName.split('/').join(sep), text);
  });
  if (diagnostics.length > 0)
    throw new Error(
      ts.formatDiagnostics(diagnostics, {
        getCanonicalFileName: (file) => file,
        getCurrentDirectory: () => ROOT,
        getNewLine: () => '\n',
      }),
    );
  return emitted;
}

const SPECIFIER = /(\bfrom |\bimport |\bimport\()(['"])([^'"]+)\2/g;

function specifiersIn(text: string): string[] {
  return [...text.matchAll(SPECIFIER)].map(([, , , specifier = '']) => specifier);
}

const declarationNameOf = (source: string): string =>
  relative(SOURCE_FOLDER, source)
    .split(sep)
    .join('/')
    .replace(/\.tsx?$/, '.d.ts');

/** Our own files that a declaration refers to. */
function sourcesIn(source: string, text: string): string[] {
  return specifiersIn(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => join(dirname(source), specifier));
}

/** Names of the contract that a declaration refers to. */
function contractNamesIn(text: string): string[] {
  const names: string[] = [];
  const file = ts.createSourceFile('part.d.ts', text, ts.ScriptTarget.Latest, true);
  const isContract = (node: ts.Expression | undefined) =>
    node !== undefined && ts.isStringLiteral(node) && node.text === '@rideline/contract';
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && isContract(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      if (!bindings || !ts.isNamedImports(bindings))
        throw new Error(`import the contract by names: ${node.getText()}`);
      names.push(...bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text));
    }
    if (ts.isExportDeclaration(node) && isContract(node.moduleSpecifier)) {
      if (!node.exportClause || !ts.isNamedExports(node.exportClause))
        throw new Error(`export of the contract what an app needs, by names: ${node.getText()}`);
      names.push(...node.exportClause.elements.map(({ name, propertyName }) => (propertyName ?? name).text));
    }
    if (ts.isImportTypeNode(node) && node.getText().includes('@rideline/contract') && node.qualifier)
      names.push(node.qualifier.getText().split('.')[0] ?? '');
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** `./x.ts` becomes `./x.js`, which names `./x.d.ts`; the contract becomes the file beside. */
function withPublishedSpecifiers(name: string, text: string): string {
  const up = '../'.repeat(name.split('/').length - 1);
  return text.replaceAll(SPECIFIER, (_all, before: string, quote: string, specifier: string) => {
    const published =
      specifier === '@rideline/contract'
        ? `${up === '' ? './' : up}contract.js`
        : specifier.startsWith('.')
          ? specifier.replace(/\.tsx?$/, '.js')
          : specifier;
    return `${before}${quote}${published}${quote}`;
  });
}

function refuseForeignImports(name: string, text: string): void {
  for (const specifier of specifiersIn(text))
    if (specifier === 'zod' || specifier.startsWith('@rideline/'))
      throw new Error(`the declarations ${name} import ${specifier}, which no app installs`);
}
