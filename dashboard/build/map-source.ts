import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Alias, Plugin } from 'vite';

const mapSource = join(dirname(createRequire(import.meta.url).resolve('maplibre-gl/package.json')), 'src');
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * MapLibre is bundled from the sources in its package, because its two prebuilt files (page and worker) contain most of
 * the code twice: 295 + 147 KB gzip, above this page's whole budget of 400. Built from source, page and worker share a
 * chunk (decision 0070).
 */
export const mapAliases: Alias[] = [
  { find: /^maplibre-gl$/, replacement: join(mapSource, 'index.ts') },
  { find: /^maplibre-gl\/worker$/, replacement: join(mapSource, 'source/worker.ts') },
  // A decoder of a vector tile format that no source of this page uses.
  { find: '@maplibre/mlt', replacement: here('./no-mlt.ts') },
];

const ID = 'virtual:map-worker-url';

/** `import url from 'virtual:map-worker-url'`: the address of the map's worker, which shares chunks with the page. */
export function mapWorker(): Plugin {
  return {
    name: 'rideline:map-worker',
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const worker = here('../src/map/map-worker.ts');
      if (this.environment.mode !== 'build') return `export default ${JSON.stringify(`/@fs${worker}`)};`;
      const reference = this.emitFile({ type: 'chunk', id: worker, name: 'map-worker' });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
  };
}
