/** `node vite.mjs PROJECT ENTRY OUT`: a web app as `vite build` makes it, in one file. */
import { build } from 'vite';

const [project, entry, outDir] = process.argv.slice(2);
await build({
  root: project,
  logLevel: 'warn',
  configFile: false,
  build: {
    outDir,
    emptyOutDir: true,
    rolldownOptions: { input: entry, output: { entryFileNames: 'app.js', codeSplitting: false } },
  },
});
