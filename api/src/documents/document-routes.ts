import type { Route } from '../http/route.ts';
import { bucketEventRoutes } from './bucket-event-routes.ts';
import { documentCopyRoutes } from './copy-routes.ts';
import type { DocumentParts } from './document-parts.ts';
import { jobRoutes } from './job-routes.ts';
import { documentReadingRoutes } from './reading-routes.ts';
import { reviewBatchRoutes } from './review-batch-routes.ts';
import { reviewRoutes } from './review-routes.ts';
import { uploadRoutes } from './upload-routes.ts';

/** Every document route. */
export function documentRoutes(parts: DocumentParts): Route[] {
  return [
    ...uploadRoutes(parts),
    ...documentReadingRoutes(parts),
    ...documentCopyRoutes(parts),
    ...reviewRoutes(parts),
    ...reviewBatchRoutes(parts),
    ...jobRoutes(parts),
    ...bucketEventRoutes(parts),
  ];
}
