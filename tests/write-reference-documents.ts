import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderApiTypes } from './api-types.ts';
import { renderReferenceDocuments } from './reference-documents.ts';

const folder = join(import.meta.dirname, '../docs/reference');
mkdirSync(folder, { recursive: true });
for (const [name, content] of renderReferenceDocuments()) writeFileSync(join(folder, name), content);
writeFileSync(join(import.meta.dirname, '../packages/contract/src/api-paths.ts'), await renderApiTypes());
