import type { Model } from 'mongoose';

/** Position of the last document of a page: by time, then by id. */
export interface PageCursor {
  readonly atMs: number;
  readonly id: string;
}

/** Requests a page of at most `limit` documents after `after`; null: the first page. */
export interface PageRequest {
  readonly limit: number;
  readonly after: PageCursor | null;
}

const READ_MS = 5000;

/**
 * One page of documents in the order of `time`, newest first by default; documents added between pages do not shift them.
 * @returns next: null on the last page
 */
export async function listPage<Doc extends { _id: string }>(
  model: Model<Doc>,
  query: {
    /** Without `$or`: the cursor is added as `$or` and would replace it. */
    readonly filter: Readonly<Record<string, unknown>> & { readonly $or?: never };
    /** The field that the list is sorted by: a Date. */
    readonly time: keyof Doc & string;
    readonly order?: 'newest' | 'oldest';
    readonly projection?: Readonly<Record<string, 0 | 1>>;
    /** A secondary by default, which may lag. */
    readonly readFrom?: 'primary' | 'secondaryPreferred';
  } & PageRequest,
): Promise<{ documents: Doc[]; next: PageCursor | null }> {
  const { filter, time, order = 'newest', projection, readFrom = 'secondaryPreferred', limit, after } = query;
  const direction = order === 'newest' ? -1 : 1;
  const found = await model
    .find(after === null ? filter : { ...filter, ...behind(time, direction, after) }, projection)
    .sort({ [time]: direction, _id: direction })
    .limit(limit + 1)
    .read(readFrom)
    .maxTimeMS(READ_MS)
    .lean<Doc[]>();
  const documents = found.slice(0, limit);
  const last = documents.at(-1);
  if (found.length <= limit || last === undefined) return { documents, next: null };
  return { documents, next: { atMs: Number(last[time]), id: last._id } };
}

function behind(time: string, direction: 1 | -1, { atMs, id }: PageCursor): object {
  const at = new Date(atMs);
  const past = direction === 1 ? '$gt' : '$lt';
  return { $or: [{ [time]: { [past]: at } }, { [time]: at, _id: { [past]: id } }] };
}

export function encodeCursor({ atMs, id }: PageCursor): string {
  return Buffer.from(JSON.stringify([atMs, id])).toString('base64url');
}

/** Decodes a cursor. @returns null when it is malformed */
export function decodeCursor(text: string): PageCursor | null {
  try {
    const [atMs, id] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    return Number.isSafeInteger(atMs) && Math.abs(atMs as number) <= LATEST_DATE_MS && typeof id === 'string'
      ? { atMs: atMs as number, id }
      : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Largest epoch ms of a Date. */
const LATEST_DATE_MS = 8.64e15;
