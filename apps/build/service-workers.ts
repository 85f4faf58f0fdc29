import { createHash } from 'node:crypto';
import type { Plugin, Rollup } from 'vite';

export const APP_NAMES = ['driver', 'rider'] as const;

/** Read when the page is opened without a network; their names have no hash. */
const OF_THE_CITY = ['/city/city.json'];

/**
 * Writes `/driver/service-worker.js` and `/rider/service-worker.js`: src/offline/service-worker.ts, which imports nothing, headed by the list
 * of the files that its app needs without a network. One script for each app, because a service worker controls the paths below its own.
 */
export function serviceWorkers(): Plugin {
  return {
    name: 'rideline:service-workers',
    apply: 'build',
    // After Vite has written the pages.
    enforce: 'post',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const worker = chunks.find(({ isEntry, name }) => isEntry && name === 'service-worker');
      if (worker === undefined || worker.imports.length > 0)
        this.error('src/offline/service-worker.ts must be one file without imports');
      delete bundle[worker.fileName];
      for (const app of APP_NAMES) {
        const page = bundle[`${app}/index.html`];
        if (page?.type !== 'asset') this.error(`no page of ${app}`);
        const files = [`/${app}/`, ...filesOf(app, chunks), ...OF_THE_CITY];
        const version = createHash('sha256')
          .update(`${String(page.source)} ${files.join(' ')} ${worker.code}`)
          .digest('hex')
          .slice(0, 16);
        this.emitFile({
          type: 'asset',
          fileName: `${app}/service-worker.js`,
          source: `const SHELL = ${JSON.stringify({ app, version, files })};\n${worker.code}`,
        });
      }
    },
  };
}

/** The app's scripts, those loaded later included, its styles, and the map's worker. */
function filesOf(app: string, chunks: readonly Rollup.OutputChunk[]): string[] {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const entry = chunks.find(({ isEntry, name }) => isEntry && name === app);
  const mapWorker = chunks.find(({ name }) => name === 'map-worker');
  const found = new Set<string>();
  const waiting = [entry, mapWorker].flatMap((chunk) => (chunk === undefined ? [] : [chunk.fileName]));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const chunk = byName.get(file);
    for (const style of chunk?.viteMetadata?.importedCss ?? []) found.add(style);
    waiting.push(...(chunk?.imports ?? []), ...(chunk?.dynamicImports ?? []));
  }
  return [...found].sort().map((file) => `/${file}`);
}
