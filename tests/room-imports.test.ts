import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const PROJECTS = [
  'packages/contract',
  'packages/platform',
  'packages/fleet',
  'realtime',
  'api',
  'workers',
] as const;

/**
 * The areas of packages/fleet from the bottom up, each with the areas it may import; imports of types count. `collections.ts` lists the
 * collections of all areas and is for the processes.
 */
const AREAS: Readonly<Record<string, readonly string[]>> = {
  geo: [],
  redis: [],
  store: [],
  settings: ['store'],
  fixes: ['geo', 'redis'],
  live: ['geo', 'redis', 'fixes'],
  pricing: ['geo', 'store', 'settings'],
  accounts: ['redis', 'store', 'live'],
  tracks: ['redis', 'store', 'fixes', 'live'],
  health: ['store', 'tracks'],
  trips: ['redis', 'store', 'settings', 'live', 'pricing', 'accounts'],
  notifications: ['redis', 'store', 'trips'],
  matching: ['geo', 'store', 'trips'],
  documents: ['redis', 'store', 'settings', 'notifications'],
  privacy: [
    'redis',
    'store',
    'settings',
    'fixes',
    'live',
    'accounts',
    'tracks',
    'health',
    'trips',
    'notifications',
    'matching',
    'documents',
  ],
};

const sourcesOf = (project: string) =>
  readdirSync(join(root, project, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => `${project}/src/${file}`);

const files = new Set(PROJECTS.flatMap(sourcesOf));

/** The file of ours that an import names, or null. */
function targetOf(file: string, specifier: string): string | null {
  const [, name, path = 'index'] = /^@rideline\/([a-z-]+)(?:\/(.+))?$/.exec(specifier) ?? [];
  const target = specifier.startsWith('.')
    ? posix.join(posix.dirname(file), specifier)
    : `packages/${name}/src/${path}.ts`;
  return files.has(target) ? target : null;
}

const imports = new Map(
  [...files].map((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const specifiers = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g);
    const targets = [...specifiers].map(([, specifier = '']) => targetOf(file, specifier));
    return [file, new Set(targets.filter((target) => target !== null))] as const;
  }),
);

/** The circles of a graph, each as its members (Tarjan's strongly connected components). */
function circlesOf(graph: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const found = new Map<string, { readonly index: number; low: number; open: boolean }>();
  const path: string[] = [];
  const circles: string[][] = [];
  const visit = (name: string) => {
    const node = { index: found.size, low: found.size, open: true };
    found.set(name, node);
    path.push(name);
    for (const next of graph.get(name) ?? []) {
      const known = found.get(next) ?? visit(next);
      if (known.open) node.low = Math.min(node.low, known.low);
    }
    if (node.low === node.index) {
      const members = path.splice(path.indexOf(name));
      for (const member of members) (found.get(member) as typeof node).open = false;
      if (members.length > 1) circles.push(members.toSorted());
    }
    return node;
  };
  for (const name of graph.keys()) if (!found.has(name)) visit(name);
  return circles;
}

/**
 * The room of a file: its folder in its project. A file beside the folders is a room of its own; a process's metrics are one room, its
 * table of tables and the table of each folder.
 */
function roomOf(file: string): string {
  const project = PROJECTS.find((name) => file.startsWith(`${name}/`)) ?? '';
  const inside = file.slice(`${project}/src/`.length);
  return `${project}: ${posix.basename(inside) === 'metrics.ts' ? 'metrics' : inside.split('/')[0]}`;
}

it('OPS-3: no file imports itself through others, types included', () => {
  expect(circlesOf(imports)).toEqual([]);
});

it('OPS-3: no room imports itself through others, types included', () => {
  const rooms = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    const others = [...targets].map(roomOf).filter((other) => other !== room);
    rooms.set(room, new Set([...(rooms.get(room) ?? []), ...others]));
  }
  expect(circlesOf(rooms)).toEqual([]);
});

it('OPS-3: an area of fleet imports only the areas below it that are listed for it', () => {
  const fleet = 'packages/fleet/src/';
  const areaOf = (file: string) => file.slice(fleet.length).split('/')[0] ?? '';
  const found = new Map(Object.keys(AREAS).map((area) => [area, new Set<string>()]));
  for (const [file, targets] of imports) {
    if (!file.startsWith(fleet) || file === `${fleet}collections.ts`) continue;
    const inFleet = [...targets].filter((target) => target.startsWith(fleet)).map(areaOf);
    for (const area of inFleet) if (area !== areaOf(file)) found.get(areaOf(file))?.add(area);
  }
  const order = Object.keys(AREAS);
  expect(
    readdirSync(join(root, fleet))
      .filter((name) => !name.includes('.'))
      .toSorted(),
  ).toEqual(order.toSorted());
  for (const [area, allowed] of Object.entries(AREAS)) {
    // Exactly: an entry that nothing uses would let an import in unseen.
    expect([area, [...(found.get(area) ?? [])].toSorted()]).toEqual([area, allowed.toSorted()]);
    expect(allowed.filter((other) => order.indexOf(other) >= order.indexOf(area))).toEqual([]);
  }
});
