import type { DocumentCopies } from '@rideline/contract';

/** Statuses in which an accepted upload has ended. */
export const UPLOAD_ENDS: readonly DocumentCopies['status'][] = ['processed', 'rejected'];

/**
 * Compares the copies that are stored of an upload that has ended with its status. A copy of an earlier attempt is left by a worker that was
 * interrupted, and a sweeper removes it after two hours; no other may exist beside the current one.
 * @returns faults, and the number of copies left by earlier attempts
 */
export function checkUpload(document: DocumentCopies): { faults: string[]; left: number } {
  const { documentId, status, attempts, copies, complete } = document;
  // A document whose jobs died is rejected without another attempt: the last one may have written its copy before it died.
  const lastLeft = document.rejection === 'PROCESSING_FAILED' ? attempts : attempts - 1;
  const isLeft = ({ attempt, current }: DocumentCopies['copies'][number]) =>
    !current && attempt !== null && attempt <= lastLeft;
  const faults: string[] = [];
  if (!complete) faults.push(`document ${documentId} has more than ${copies.length} copies`);
  const files = copies.filter(({ kind, current }) => kind === 'file' && current).length;
  if (status === 'processed' && files !== 1)
    faults.push(`document ${documentId} is processed and ${files} of its clean copy are stored`);
  if (status === 'rejected' && document.rejection === null)
    faults.push(`document ${documentId} is rejected without a reason`);
  const others = copies.filter((copy) => !copy.current && !isLeft(copy));
  if (others.length > 0)
    faults.push(
      `document ${documentId} is ${status}, and ${others.length} other copies are stored (attempts ${others
        .map(({ attempt }) => attempt ?? '?')
        .join(', ')})`,
    );
  return { faults, left: copies.filter(isLeft).length };
}
