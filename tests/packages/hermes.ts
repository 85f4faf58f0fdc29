import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const GLOBALS = join(import.meta.dirname, 'consumers/react-native-globals.js');

/**
 * Compiles a bundle with the compiler that `node_modules` has, as a release build does. Returns the size of the byte code, bytes.
 * @throws Error with the compiler's output when it refuses the bundle
 */
export async function compileForHermes(nodeModules: string, bundle: string): Promise<number> {
  const hermesc = join(nodeModules, 'hermes-compiler/hermesc/linux64-bin/hermesc');
  chmodSync(hermesc, 0o755);
  // -w: not every global of React Native is known to the compiler.
  await run(hermesc, ['-emit-binary', '-O', '-w', '-out', `${bundle}.hbc`, bundle], { maxBuffer: 1e8 });
  return statSync(`${bundle}.hbc`).size;
}

/** Runs a bundle in npm's Hermes VM, which has no URL, TextEncoder, crypto or fetch. Returns what it printed. */
export async function runInHermes(nodeModules: string, bundle: string): Promise<string> {
  const hermes = join(nodeModules, 'hermes-engine-cli/linux64-bin/hermes');
  chmodSync(hermes, 0o755);
  const whole = `${bundle}.vm.js`;
  writeFileSync(whole, readFileSync(GLOBALS, 'utf8') + readFileSync(bundle, 'utf8'));
  const { stdout } = await run(hermes, ['-w', whole], { maxBuffer: 1e8 });
  return stdout;
}
