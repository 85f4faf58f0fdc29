import { fileURLToPath } from 'node:url';
import { mapAliases, mapWorker } from '@rideline/dashboard/build/map-source';
import { defineConfig } from 'vite';
import { APP_NAMES, serviceWorkers } from './build/service-workers.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: mapAliases },
  plugins: [mapWorker(), serviceWorkers()],
  oxc: {
    // For MapLibre's sources, as in dashboard/vite.config.ts.
    assumptions: { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: true },
  },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // No data: URLs: the API sends `default-src 'none'`.
    assetsInlineLimit: 0,
    // Apart from the dashboard's `/assets/`.
    assetsDir: 'apps/assets',
    chunkSizeWarningLimit: 700,
    reportCompressedSize: true,
    rollupOptions: {
      input: {
        ...Object.fromEntries(APP_NAMES.map((name) => [name, here(`./${name}/index.html`)])),
        'service-worker': here('./src/offline/service-worker.ts'),
      },
    },
  },
});
