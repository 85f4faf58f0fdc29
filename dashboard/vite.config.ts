import { join } from 'node:path';
import { defineConfig } from 'vite';
import { mapAliases, mapWorker } from './build/map-source.ts';
import { withoutDescriptions } from './build/without-descriptions.ts';

export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: mapAliases },
  plugins: [mapWorker(), withoutDescriptions()],
  oxc: {
    // MapLibre's sources are written for `useDefineForClassFields: false`: a subclass there repeats fields to narrow
    // their type, and a field that is defined again would overwrite the value that the base class has set.
    assumptions: { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: true },
  },
  build: {
    // The dashboard, and the page of a share link, which the API serves under /s/.
    rolldownOptions: {
      input: [join(import.meta.dirname, 'index.html'), join(import.meta.dirname, 'share.html')],
    },
    target: 'es2022',
    // Not needed since Chrome 66, Firefox 115 and Safari 17.
    modulePreload: { polyfill: false },
    // No data: URLs: the API sends `default-src 'self'`.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: true,
  },
});
