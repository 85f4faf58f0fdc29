import { execFile } from 'node:child_process';
import { copyFileSync, cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '@rideline/infra/local/paths';

const run = promisify(execFile);
const LEFT_OUT = new Set(['node_modules', 'android', 'ios']);

/** A copy of examples/react-native with its packages. */
export interface ReactNativeExample {
  readonly nodeModules: string;
  /** Runs the app's own TypeScript. Resolves with its output. */
  check(): Promise<string>;
  /** Bundles for a release by React Native's command line. `entry`: a file of the app, or one that is copied into it. */
  bundle(platform: 'android' | 'ios', entry?: string): Promise<string>;
}

/**
 * Copies the example beside the SDK that was built into `folder/mobile-sdk/dist`, where its package.json looks for it, and installs exactly
 * what its lock file says.
 */
export async function installExample(folder: string): Promise<ReactNativeExample> {
  const app = join(folder, 'examples/react-native');
  cpSync(join(ROOT, 'examples/react-native'), app, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(basename(path)),
  });
  await run('npm', ['ci', '--prefer-offline'], { cwd: app });
  const nodeModules = join(app, 'node_modules');
  const node = async (...args: readonly string[]) =>
    (await run(process.execPath, args, { cwd: app, maxBuffer: 1e8 })).stdout;
  return {
    nodeModules,
    check: () => node(join(nodeModules, 'typescript/bin/tsc')),
    async bundle(platform, entry = join(app, 'index.js')) {
      const file = join(app, basename(entry));
      if (entry !== file) copyFileSync(entry, file);
      const out = join(folder, `example-${platform}-${basename(entry)}`);
      const options = [
        '--platform',
        platform,
        '--dev',
        'false',
        '--entry-file',
        file,
        '--bundle-output',
        out,
      ];
      await node(join(nodeModules, 'react-native/cli.js'), 'bundle', ...options);
      return out;
    },
  };
}
