import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { type EntryPlatform, entries, SDK_FOLDER } from '../build/entries.ts';

const SOURCES = join(SDK_FOLDER, 'src');
const CONTRACT = join(SDK_FOLDER, '../packages/contract/src');

/** What every phone has: the contract and socket.io-client; the rest of an app's packages is passed in. */
const ALLOWED = /^(@rideline\/contract|socket\.io-client)$/;
const ALLOWED_ON: Readonly<Record<EntryPlatform, RegExp>> = {
  phone: ALLOWED,
  react: /^react$/,
  node: /^node:/,
  browser: /^$/,
};

/**
 * Globals that React Native's Hermes lacks, or that only Node or a browser has. The core gets what it needs passed in; timers, `fetch`,
 * `AbortController` and `performance` are everywhere.
 */
const NOT_ON_PHONES =
  /(?<![.\w#])(?:process|Buffer|require|global|window|document|navigator|localStorage|indexedDB|URL|URLSearchParams|TextEncoder|TextDecoder|crypto|structuredClone|btoa|atob|BroadcastChannel|AbortSignal\.any|AbortSignal\.timeout)\b\s*[.(]/;

interface Source {
  readonly text: string;
  readonly code: string;
  readonly imports: readonly string[];
  /** Platforms of the entries that reach it. */
  readonly reachedFrom: Set<EntryPlatform>;
}

function sourceOf(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
  const imports = [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, from = '']) => from);
  return { text, code, imports, reachedFrom: new Set() };
}

const sources = new Map(
  readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$|(^|\/)(test-|fake-)/.test(name))
    .map((name) => [join(SOURCES, name), sourceOf(join(SOURCES, name))]),
);

function reach(file: string, platform: EntryPlatform): void {
  const source = sources.get(file);
  if (source === undefined || source.reachedFrom.has(platform)) return;
  source.reachedFrom.add(platform);
  for (const from of source.imports) if (from.startsWith('.')) reach(join(dirname(file), from), platform);
}
for (const { source, platform } of entries()) reach(source, platform);

it('SDK-10: each file belongs to an entry', () => {
  expect(sources.size).toBeGreaterThan(20);
  expect([...sources].filter(([, { reachedFrom }]) => reachedFrom.size === 0).map(([file]) => file)).toEqual(
    [],
  );
});

it('SDK-10: the core imports only the contract and socket.io-client; Node, React and the DOM are for the entries of that name', () => {
  const faults: string[] = [];
  for (const [file, { imports, code, reachedFrom }] of sources) {
    const own = reachedFrom.size === 1 ? [...reachedFrom] : [];
    const allowed = [ALLOWED, ...own.map((platform) => ALLOWED_ON[platform])];
    for (const from of imports)
      if (!from.startsWith('.') && !allowed.some((pattern) => pattern.test(from)))
        faults.push(`${file} imports ${from}`);
    const isForPhones = !own.includes('node') && !own.includes('browser');
    const [found] = (isForPhones && NOT_ON_PHONES.exec(code)) || [];
    if (found !== undefined) faults.push(`${file} uses ${found}`);
  }
  expect(faults).toEqual([]);
});

it('SDK-10: of the contract the SDK uses types, and values of files that need no zod', () => {
  const faults: string[] = [];
  const plain = plainContractValues();
  expect([...plain]).toEqual(expect.arrayContaining(['CodedError', 'ERRORS', 'LIMITS', 'PROTOCOL']));
  for (const [file, { code }] of sources)
    for (const [, isType, names = ''] of code.matchAll(
      /\b(?:import|export)\s+(type\s+)?\{([^}]*)\}\s*from '@rideline\/contract'/g,
    )) {
      if (isType) continue;
      const values = names
        .split(',')
        .map((name) => name.trim())
        .filter((name) => name !== '' && !name.startsWith('type '));
      for (const value of values) if (!plain.has(value)) faults.push(`${file} uses ${value}`);
    }
  expect(faults).toEqual([]);
});

/** Values that the contract exports from files that load no zod, themselves or through others. */
function plainContractValues(): Set<string> {
  const files = new Map(
    readdirSync(CONTRACT)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'index.ts')
      .map((name) => [`./${name}`, readFileSync(join(CONTRACT, name), 'utf8')]),
  );
  const loadsZod = (name: string, path: readonly string[] = []): boolean => {
    if (name === 'zod') return true;
    if (path.includes(name)) return false;
    const loaded = (files.get(name) ?? '').matchAll(/^import (?!type )[^;]*? from '([^']+)'/gm);
    return [...loaded].some(([, other = '']) => loadsZod(other, [...path, name]));
  };
  const values = [...files]
    .filter(([name]) => !loadsZod(name))
    .flatMap(([, text]) => [...text.matchAll(/^export (?:const|class|function) (\w+)/gm)]);
  const index = readFileSync(join(CONTRACT, 'index.ts'), 'utf8');
  const namespaces = [...index.matchAll(/^export \* as (\w+) from '([^']+)'/gm)].filter(
    ([, , file = '']) => !loadsZod(file),
  );
  return new Set([...values, ...namespaces].map(([, name = '']) => name));
}
