import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@rideline/platform/config/config';
import { type ObjectStore, openObjectStore } from '@rideline/platform/s3/object-store';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { workerConfig } from '../config.ts';
import { type CheckerPool, createCheckerPool } from './checking/checker-pool.ts';
import { openWorkFolders } from './work-folders.ts';

/**
 * Only for `./rideline bench api`: the same check and the same copies on a bare BullMQ worker, without MongoDB, fence, notification, limiter
 * or metrics. The difference to role `documents` is their cost. Usage: node workers/src/documents/bare-worker.ts QUEUE
 */
const jobSchema = z.strictObject({ key: z.string(), size: z.int().positive() });
/** As in role `documents`. */
const CONCURRENCY = 10;

const config = loadConfig(process.env, 'workers', workerConfig);
if (config.s3 === undefined) throw new Error('S3_ENDPOINT is not set');
const store = openObjectStore(config.s3);
const folders = await openWorkFolders();
const checkers = createCheckerPool({
  children: config.documentCheckers,
  folder: folders.root,
  onFailure: ({ message }) => console.error(message),
});
const worker = new Worker(
  process.argv[2] ?? 'bare-documents',
  (job) => checkAndCopy(store, checkers, job.id ?? '', jobSchema.parse(job.data)),
  {
    connection: new Redis(config.redisStateUrl, { maxRetriesPerRequest: null }),
    concurrency: CONCURRENCY,
  },
);
worker.on('failed', (job, error) => console.error(job?.id, error.message));

async function checkAndCopy(
  from: ObjectStore,
  pool: CheckerPool,
  id: string,
  { key, size }: z.output<typeof jobSchema>,
): Promise<void> {
  const folder = await folders.open();
  try {
    const bytes = await from.read(key, size);
    if (bytes === null) throw new Error('no such object');
    createHash('sha256').update(bytes).digest('hex');
    const path = join(folder, 'upload');
    await writeFile(path, bytes);
    const checked = await pool.check({ path, folder, accepts: ['jpeg'] }, id);
    if (checked.outcome === 'rejected') throw new Error(checked.code);
    if (checked.thumbnailPath !== null)
      await from.putOnce(`bare/${id}-thumb.jpg`, await readFile(checked.thumbnailPath), 'image/jpeg');
    await from.putOnce(`bare/${id}.jpg`, await readFile(checked.cleanPath), checked.contentType);
    await from.remove(key);
  } finally {
    await folders.remove(folder);
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, async () => {
    await worker.close();
    await checkers.close();
    await folders.close();
    process.exit(0);
  });
}
