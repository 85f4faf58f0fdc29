import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, LogLevel } from 'typedoc';
import { load as markdown } from 'typedoc-plugin-markdown';
import { type Entry, entries } from './entries.ts';

/**
 * The pages of docs/sdk by file name: one for each entry, from the doc comments in the published declarations. These have no zod, so a page
 * shows what a trip has and not how the contract checks it.
 * @param packageFolder the built package
 * @throws Error when TypeDoc warns, for instance of a type that is used and not exported
 */
export async function renderApiReference(packageFolder: string): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'rideline-api-reference-'));
  try {
    const types = join(folder, 'types');
    cpSync(join(packageFolder, 'dist/esm/types'), types, { recursive: true });
    // Its 360 routes have a description of their own, and would be most of the page.
    writeFileSync(
      join(types, 'api-paths.d.ts'),
      '/** The routes of the REST API by path, as `GET /v1/openapi.json` describes them. */\nexport interface paths {}\n',
    );
    const tsconfig = join(folder, 'tsconfig.json');
    writeFileSync(tsconfig, JSON.stringify(tsconfigOf(types)));
    const app = await Application.bootstrapWithPlugins({
      entryPoints: inOrder(entries()).map((entry) => declarationOf(types, entry)),
      tsconfig,
      plugin: [markdown],
      readme: 'none',
      name: '@rideline/sdk',
      disableSources: true,
      excludePrivate: true,
      excludeInternal: true,
      skipErrorChecking: true,
      githubPages: false,
      treatWarningsAsErrors: true,
      logLevel: LogLevel.Warn,
    });
    app.options.setValue('router', 'module');
    app.options.setValue('hidePageHeader', true);
    app.options.setValue('hideBreadcrumbs', true);
    app.options.setValue('useCodeBlocks', true);
    app.options.setValue('parametersFormat', 'table');
    const project = await app.convert();
    if (project === undefined || app.logger.hasErrors()) throw new Error('TypeDoc has failed');
    const out = join(folder, 'out');
    await app.outputs.writeOutput({ name: 'markdown', path: out }, project);
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.md'),
    );
    return withTrueLinks(
      new Map(names.toSorted().map((name) => [name, readFileSync(join(out, name), 'utf8')])),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The pages with links that lead to a heading. The plugin counts an interface that extends another one twice, and then links to
 * `#driverstats-1` where the page has `#driverstats` alone.
 */
function withTrueLinks(pages: ReadonlyMap<string, string>): Map<string, string> {
  const timesOf = (page: string, anchor: string) =>
    [...(pages.get(page) ?? '').matchAll(new RegExp(`^#+ ${anchor}\\b(?!-)\\W*$`, 'gim'))].length;
  return new Map(
    [...pages].map(([name, text]) => [
      name,
      text.replaceAll(
        /\]\(([\w-]+\.md)?#(\w+)-(\d+)\)/g,
        (link, page: string | undefined, anchor: string, number: string) => {
          const times = timesOf(page ?? name, anchor);
          const isThere = times === 0 || times > Number(number);
          return isThere ? link : `](${page ?? ''}#${anchor})`;
        },
      ),
    ]),
  );
}

/** What several entries export is described at the first of them. */
const ORDER = ['driver', 'rider', 'react', 'react-native', 'browser', 'node', 'index'];
const inOrder = (all: readonly Entry[]) =>
  all.toSorted((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));

const declarationOf = (types: string, { name }: Entry) => join(types, 'entries', `${name}.d.ts`);

function tsconfigOf(types: string): object {
  return {
    compilerOptions: {
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      skipLibCheck: true,
    },
    files: entries().map((entry) => declarationOf(types, entry)),
  };
}
