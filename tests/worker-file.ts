import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

// Runs in a worker before each file: `tests/line-reporter.ts` can then end the process in which a file hangs, be it in a loop.
const folder = process.env.TEST_WORKERS_FOLDER;
if (folder) writeFileSync(join(folder, String(process.pid)), expect.getState().testPath ?? '');
