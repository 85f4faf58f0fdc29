import { readFileSync } from 'node:fs';
import { ensureV8Flags } from '@rideline/platform/process/v8-flags';

// Why these flags: decisions 0034 and 0133. The benches start bare Socket.IO with the same file.
ensureV8Flags(JSON.parse(readFileSync(new URL('../v8-flags.json', import.meta.url), 'utf8')));
// Not imported above: a process that starts again with its flags would load all of it twice.
await import('./gateway.ts');
