import { join } from 'node:path';
import { type OutputChunk, rolldown } from 'rolldown';
import { entries } from './entries.ts';

/** Formats in which the package comes, each in a folder of its own. */
export const FORMATS = ['esm', 'cjs'] as const;
export type Format = (typeof FORMATS)[number];

/** Everything that is not ours stays an import: an app has one copy of socket.io-client and of React. */
const EXTERNAL = /^(?!\.{0,2}\/|@rideline\/)/;

/** Every engine that runs the SDK has it: Node 20, Safari 16.4, Chrome 111. Metro's Babel preset lowers it for older Hermes. */
const TARGET = 'es2022';

/**
 * What a bundler does not shorten again: constants at their place, branches that are never taken. Names, lines and doc comments stay, so that a stack
 * trace and the debugger of an app show what the source says.
 */
const SHORTENED = { compress: { sequences: false, joinVars: false }, mangle: false, codegen: false } as const;

/** The built files of one format: their names, and what each imports from elsewhere. */
export interface BuiltModule {
  readonly format: Format;
  readonly file: string;
  readonly entry: string | undefined;
  /** Packages and Node modules; not our own files. */
  readonly imports: readonly string[];
}

/**
 * Writes the entries as ES modules and CommonJS into `folder/esm` and `folder/cjs`; files that entries share are written once.
 * No module of ours has an effect when it is loaded, so a file of the contract of which nothing is used does not come in, nor does zod.
 */
export async function buildJavaScript(folder: string): Promise<BuiltModule[]> {
  const bundle = await rolldown({
    input: Object.fromEntries(entries().map(({ name, source }) => [name, source])),
    external: EXTERNAL,
    platform: 'neutral',
    treeshake: { moduleSideEffects: false },
    transform: { target: TARGET },
    optimization: { inlineConst: { mode: 'all', pass: 3 } },
    onLog(level, log) {
      if (level === 'warn') throw new Error(`rolldown: ${log.message}`);
    },
  });
  try {
    const built: BuiltModule[] = [];
    for (const format of FORMATS) {
      const { output } = await bundle.write({
        dir: join(folder, format),
        format,
        entryFileNames: '[name].js',
        chunkFileNames: 'chunks/[name].js',
        minify: SHORTENED,
        exports: 'named',
      });
      built.push(...output.filter((file) => file.type === 'chunk').map((chunk) => describe(format, chunk)));
    }
    return built;
  } finally {
    await bundle.close();
  }
}

function describe(format: Format, chunk: OutputChunk): BuiltModule {
  return {
    format,
    file: chunk.fileName,
    entry: chunk.isEntry ? chunk.name : undefined,
    imports: [...chunk.imports, ...chunk.dynamicImports].filter((name) => !name.endsWith('.js')),
  };
}
