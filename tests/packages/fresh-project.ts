import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '@rideline/infra/local/paths';

/** A project as a team starts one: a package.json, and the packed SDK in node_modules. */
export interface FreshProject {
  readonly folder: string;
  /** Writes a file, also in a folder that is not there yet. */
  write(name: string, text: string): string;
}

/**
 * Unpacks the tarball as npm does, without npm and without a network: other packages are links to this repository's own.
 * @param type how Node reads the project's `.js` files
 */
export function freshProject(
  folder: string,
  tarball: string,
  options: { readonly type?: 'module' | 'commonjs'; readonly packages?: readonly string[] } = {},
): FreshProject {
  const scope = join(folder, 'node_modules/@rideline');
  mkdirSync(scope, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', scope]);
  renameSync(join(scope, 'package'), join(scope, 'sdk'));
  for (const name of ['socket.io-client', ...(options.packages ?? [])]) {
    const installed = join(ROOT, 'node_modules', name);
    if (!existsSync(installed)) throw new Error(`${name} is not installed here`);
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(installed, join(folder, 'node_modules', name));
  }
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  write('package.json', JSON.stringify({ name: 'fresh', private: true, type: options.type ?? 'module' }));
  return { folder, write };
}

/** The code of mobile-sdk/README.md by the name in its first line: `driver`, `rider`. */
export function readmeExample(name: string): string {
  const readme = readFileSync(join(ROOT, 'mobile-sdk/README.md'), 'utf8');
  const code = new RegExp(`\`\`\`ts\\n// ${name}\\.ts\\n([\\s\\S]+?)\`\`\``).exec(readme)?.[1];
  if (code === undefined) throw new Error(`mobile-sdk/README.md has no example ${name}.ts`);
  return code;
}
