import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderReferenceDocuments } from './reference-documents.ts';

const folder = join(import.meta.dirname, '../docs/reference');
mkdirSync(folder, { recursive: true });
for (const [name, content] of renderReferenceDocuments()) writeFileSync(join(folder, name), content);
