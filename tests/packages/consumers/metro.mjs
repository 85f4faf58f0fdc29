/** `node metro.mjs PROJECT ENTRY OUT PLATFORM`: a bundle as React Native's CLI makes it for a release, for `android` or `ios`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Metro from 'metro';

const [projectRoot, entry, out, platform] = process.argv.slice(2);
const { resolve } = createRequire(import.meta.url);
const tools = join(import.meta.dirname, 'node_modules');
const config = await Metro.loadConfig(
  { cwd: projectRoot },
  {
    projectRoot,
    resetCache: true,
    reporter: { update: ({ error }) => error && console.error(error) },
    // An app has @babel/runtime by React Native.
    watchFolders: [tools],
    resolver: {
      // As @react-native/metro-config sets them; the package itself needs React Native.
      resolverMainFields: ['react-native', 'browser', 'main'],
      unstable_conditionNames: ['react-native'],
      platforms: ['android', 'ios'],
      nodeModulesPaths: [tools],
    },
    transformer: { babelTransformerPath: resolve('@react-native/metro-babel-transformer') },
  },
);
await Metro.runBuild(config, { entry, out, platform, dev: false, minify: true });
