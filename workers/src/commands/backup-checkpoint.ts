/** A finished file of a backup. */
export interface BackupFile {
  /** Path within the folder. */
  readonly path: string;
  readonly kind: 'collection' | 'stream' | 'deadLetters';
  /** Of the collection; the shard's number of a stream. */
  readonly name: string;
  readonly items: number;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * How far an unfinished backup is, in `checkpoint.json` of its folder. It is replaced as a whole after each part whose bytes are on the
 * disk, so that after a kill -9 the files hold at least what it says; what they hold beyond that is cut off and copied again.
 */
export interface BackupCheckpoint {
  readonly v: 1;
  readonly startedAt: string;
  /** `contentId` of the database: it is not continued from another one. */
  readonly content: string;
  readonly region: string;
  readonly shards: number;
  /** Finished files. */
  readonly files: readonly BackupFile[];
  readonly current: PartOfCollection | null;
}

/** A collection of which some documents are in its file. */
export interface PartOfCollection {
  readonly name: string;
  /** Length of the file that counts. */
  readonly bytes: number;
  readonly items: number;
  /** `idOf` the last document, base64. */
  readonly lastId: string;
}

/** Bytes and documents of one part: what a kill -9 costs at most. Parts are members of one gzip file. */
const PART_BYTES = 16_000_000;
const PART_DOCUMENTS = 5000;

/** The documents of one part at a time. */
export async function* inParts(
  documents: AsyncIterable<Buffer>,
  most: { readonly bytes: number; readonly documents: number } = {
    bytes: PART_BYTES,
    documents: PART_DOCUMENTS,
  },
): AsyncGenerator<Buffer[]> {
  let part: Buffer[] = [];
  let bytes = 0;
  for await (const document of documents) {
    part.push(document);
    bytes += document.length;
    if (bytes < most.bytes && part.length < most.documents) continue;
    yield part;
    part = [];
    bytes = 0;
  }
  if (part.length > 0) yield part;
}

export function withFile(checkpoint: BackupCheckpoint, file: BackupFile): BackupCheckpoint {
  return { ...checkpoint, files: [...checkpoint.files, file], current: null };
}

export function withPart(
  checkpoint: BackupCheckpoint,
  part: Omit<PartOfCollection, 'items'> & { readonly newItems: number },
): BackupCheckpoint {
  const { name, bytes, lastId, newItems } = part;
  const items = partOf(checkpoint, name).items + newItems;
  return { ...checkpoint, current: { name, bytes, items, lastId } };
}

const NOTHING = { bytes: 0, items: 0, lastId: null } as const;

/** Where the copy of a collection continues. */
export function partOf(
  checkpoint: BackupCheckpoint,
  name: string,
): { readonly bytes: number; readonly items: number; readonly lastId: string | null } {
  return checkpoint.current?.name === name ? checkpoint.current : NOTHING;
}
