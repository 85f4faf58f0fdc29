/**
 * Stores the documents of one file of a backup behind the first `skip`, batch by batch.
 * @param onStored called after each batch with the number of documents stored so far, the skipped ones included; it saves the checkpoint
 * @returns the number of documents in the file
 * @throws the signal's reason when it is aborted: between two batches
 */
export async function restoreDocuments(options: {
  readonly batches: AsyncIterable<readonly Buffer[]>;
  readonly skip: number;
  readonly put: (batch: readonly Buffer[]) => Promise<void>;
  readonly onStored: (documents: number) => Promise<void>;
  readonly signal: AbortSignal;
}): Promise<number> {
  const { batches, skip, put, onStored, signal } = options;
  let seen = 0;
  for await (const batch of batches) {
    signal.throwIfAborted();
    const fresh = batch.slice(Math.max(0, skip - seen));
    seen += batch.length;
    if (fresh.length === 0) continue;
    await put(fresh);
    await onStored(seen);
  }
  return seen;
}
