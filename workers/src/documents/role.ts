import { openObjectStore } from '@rideline/platform/s3/object-store';
import { defineRole } from '../role.ts';
import { documentStoreOf } from './document-store-of.ts';
import { startDocuments } from './documents.ts';
import { DOCUMENT_METRICS } from './metrics.ts';

/** Uploaded documents: checked, cleaned, stored. */
export default defineRole({
  metrics: DOCUMENT_METRICS,
  async start(parts) {
    const { config, logger, onStop } = parts;
    if (config.s3 === undefined) {
      logger.info('no S3_ENDPOINT: this process works on no documents');
      return;
    }
    const store = openObjectStore(config.s3);
    onStop('connections', 'object store', () => store.close());
    const documents = await startDocuments({
      ...parts,
      region: config.region,
      owner: config.process,
      stateUrl: config.redisStateUrl,
      store,
      documentStore: documentStoreOf(parts),
      perMinute: config.documentsPerMinute,
      checkers: config.documentCheckers,
      clamd: config.clamd,
    });
    onStop('work', 'documents', () => documents.stop());
  },
});
