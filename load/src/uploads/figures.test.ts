import type { DocumentState } from '@rideline/fleet/documents/document';
import { expect, it } from 'vitest';
import { judgeUploads } from './figures.ts';
import type { UserUpload } from './uploading-user.ts';

const upload = (documentId: string, estimatedWaitMs: number) =>
  ({
    documentId,
    accepted: { documentId, jobId: documentId, queuePosition: 1, estimatedWaitMs },
    answeredAt: 1000,
  }) as UserUpload;
const processed = (waitMs: number) => ({
  state: { name: 'processed', uploadedAt: 1000, processedAt: 1000 + waitMs } as DocumentState,
});

it('DOC-63: an estimate is right within 30 % of the wait, judged for waits over 10 s; a document that is not in MongoDB is lost', () => {
  const uploads = [
    upload('right', 15_000),
    upload('long', 30_000),
    upload('short', 90_000),
    upload('lost', 0),
    upload('refused', 0),
  ];
  const filed = new Map([
    ['right', processed(20_000)],
    ['long', processed(20_000)],
    ['short', processed(9000)],
    ['refused', { state: { name: 'rejected', code: 'DAMAGED', rejectedAt: 1 } as DocumentState }],
  ]);
  expect(judgeUploads(uploads, filed)).toMatchObject({
    processed: 3,
    rejected: 1,
    lost: 1,
    judged: 2,
    right: 1,
  });
});
