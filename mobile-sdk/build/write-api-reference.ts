import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderApiReference } from './api-reference.ts';
import { buildPackage } from './build-package.ts';
import { SDK_FOLDER } from './entries.ts';

/** Writes docs/sdk again, after a change of what the SDK exports or of its doc comments. A test compares the two. */
const folder = join(SDK_FOLDER, '../docs/sdk');
const built = await buildPackage(join(SDK_FOLDER, 'dist'));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, content] of await renderApiReference(built.folder))
  writeFileSync(join(folder, name), content);
