import type { Route } from '../route.ts';
import { bucketEventRoutes } from './bucket-events.ts';
import type { DocumentParts } from './document-parts.ts';
import { documentReadingRoutes } from './document-reading.ts';
import { jobRoutes } from './jobs.ts';
import { reviewBatchRoutes } from './review-batch.ts';
import { reviewRoutes } from './reviews.ts';
import { uploadRoutes } from './uploads.ts';

/** Every route of documents. */
export function documentRoutes(parts: DocumentParts): Route[] {
  return [
    ...uploadRoutes(parts),
    ...documentReadingRoutes(parts),
    ...reviewRoutes(parts),
    ...reviewBatchRoutes(parts),
    ...jobRoutes(parts),
    ...bucketEventRoutes(parts),
  ];
}
