import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/**
 * Which project may import which, by the nx tag in each project's package.json (docs/design/design.md, "Projects and imports"). A process never
 * imports another's code; what runs on the phone or in the browser imports only the contract.
 */
const ALLOWED: Record<string, readonly string[]> = {
  'scope:contract': [],
  'scope:platform': ['scope:contract'],
  'scope:fleet': ['scope:contract', 'scope:platform'],
  'scope:process': ['scope:contract', 'scope:platform', 'scope:fleet'],
  'scope:sdk': ['scope:contract'],
  'scope:dashboard': ['scope:contract'],
  // The dashboard's package exports the city map, the colours and the observable value, and nothing else.
  'scope:apps': ['scope:sdk', 'scope:dashboard'],
  'scope:infra': ['scope:contract', 'scope:platform'],
  'scope:load': ['scope:contract', 'scope:platform', 'scope:sdk', 'scope:infra', 'scope:fleet'],
  'scope:tests': Object.keys({
    contract: 1,
    platform: 1,
    fleet: 1,
    process: 1,
    sdk: 1,
    dashboard: 1,
    apps: 1,
    infra: 1,
    load: 1,
  }).map((name) => `scope:${name}`),
};

/** The launcher also checks the processes' tables of variables before it starts them; nothing else of a process is its concern. */
const VARIABLES_OF_PROCESS = /^@rideline\/(realtime|api|workers)\/config$/;

const root = join(import.meta.dirname, '..');
const FOLDERS = [
  'packages/contract',
  'packages/fleet',
  'packages/platform',
  'realtime',
  'api',
  'workers',
  'mobile-sdk',
  'dashboard',
  'apps',
  'infra',
  'load',
  'tests',
];

interface Project {
  name: string;
  folder: string;
  tag: string;
  declared: Set<string>;
}

const projects = FOLDERS.map((folder): Project => {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  const declared = { ...manifest.dependencies, ...manifest.devDependencies };
  return { name: manifest.name, folder, tag: manifest.nx.tags[0], declared: new Set(Object.keys(declared)) };
});
const byName = new Map(projects.map((project) => [project.name, project]));

function sourcesOf(project: Project): string[] {
  return readdirSync(join(root, project.folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/(^|\/)(node_modules|dist|target)\//.test(file))
    .map((file) => join(root, project.folder, file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

it('OPS-3: a project imports only what its tag allows', () => {
  const faults: string[] = [];
  for (const project of projects) {
    for (const file of sourcesOf(project)) {
      for (const target of importsOf(file)) {
        const other = byName.get(target.split('/').slice(0, 2).join('/'));
        if (!other || other === project || (/\.test\.tsx?$/.test(file) && project.tag !== 'scope:contract'))
          continue;
        if (project.tag === 'scope:infra' && VARIABLES_OF_PROCESS.test(target)) continue;
        if (!ALLOWED[project.tag]?.includes(other.tag))
          faults.push(`${file.slice(root.length + 1)} imports ${other.name}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

it('OPS-3: no relative import leaves its project', () => {
  const faults: string[] = [];
  for (const project of projects) {
    for (const file of sourcesOf(project)) {
      for (const target of importsOf(file).filter((path) => path.startsWith('.'))) {
        const resolved = join(file, '..', target);
        if (!resolved.startsWith(join(root, project.folder)))
          faults.push(`${file.slice(root.length + 1)} imports ${target}`);
      }
    }
  }
  expect(faults).toEqual([]);
});

it('SDK-125: the React Native example imports the entries of the SDK for phones, and what its package.json declares', () => {
  const folder = join(root, 'examples/react-native');
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const allowed = new Set([
    ...Object.keys(dependencies),
    ...['driver', 'rider', 'react', 'react-native'].map((entry) => `@rideline/sdk/${entry}`),
  ]);
  const imports = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) => importsOf(join(folder, 'src', file)).map((target) => ({ file, target })));
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter(({ target }) => !target.startsWith('.') && !allowed.has(target))).toEqual([]);
  // Exact versions: the lock file is not read by a team that copies package.json.
  expect(Object.values(dependencies).filter((version) => /^[~^>]/.test(String(version)))).toEqual([]);
});
