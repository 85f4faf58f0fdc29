import { defineConfig } from 'vite';
import { mapAliases, mapWorker } from './build/map-source.ts';

export default defineConfig({
  root: import.meta.dirname,
  resolve: { alias: mapAliases },
  plugins: [mapWorker()],
  oxc: {
    // MapLibre's sources are written for `useDefineForClassFields: false`: a subclass there repeats fields to narrow
    // their type, and a field defined anew would wipe what the base class has set.
    assumptions: { setPublicClassFields: true },
    typescript: { removeClassFieldsWithoutInitializer: true },
  },
  build: {
    target: 'es2022',
    // The polyfill is an inline script in spirit and needless since Chrome 66, Firefox 115, Safari 17.
    modulePreload: { polyfill: false },
    // Nothing as a data: address: the API sends `default-src 'self'`.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    reportCompressedSize: true,
  },
});
