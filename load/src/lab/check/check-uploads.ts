import type { ApiClient } from '../../cluster/api-client.ts';
import { checkUpload, UPLOAD_ENDS } from '../../simulation/checks/upload-check.ts';
import type { UploadJournal } from './evidence.ts';
import { DOCUMENTS_AT_ONCE, readCopies } from './held-by-servers.ts';
import type { InvariantFindings } from './invariants.ts';
import { type SettlingOptions, untilSettled } from './settling.ts';

/** Compares accepted uploads with the documents and the copies that the servers hold: two invariants in one reading. */
export async function checkUploads(
  api: ApiClient,
  uploads: Iterable<UploadJournal>,
  findings: InvariantFindings,
  options: SettlingOptions,
): Promise<void> {
  const accepted = [...uploads].filter((upload) => upload.accepted).map(({ documentId }) => documentId);
  let left = 0;
  await untilSettled(
    'uploads',
    accepted,
    DOCUMENTS_AT_ONCE,
    async (batch, isLast) => {
      const held = await readCopies(api, batch);
      return batch.filter((documentId) => {
        const document = held.get(documentId) ?? null;
        const hasEnded = document !== null && UPLOAD_ENDS.includes(document.status);
        if (!hasEnded && !isLast) return true;
        findings.ends.examine();
        if (document === null)
          findings.ends.violate(`document ${documentId} was accepted and does not exist`);
        else if (!hasEnded)
          findings.ends.violate(`document ${documentId} was accepted and is ${document.status}`);
        else {
          const found = checkUpload(document);
          findings.uploads.examine();
          for (const fault of found.faults) findings.uploads.violate(fault);
          left += found.left;
        }
        return false;
      });
    },
    options,
  );
  if (left > 0)
    findings.uploads.remark(`${left} copies are left by interrupted attempts until the sweeper removes them`);
}
