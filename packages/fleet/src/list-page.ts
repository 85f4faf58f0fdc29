/** Where a page ends: newest first, ids break ties. */
export interface PageCursor {
  readonly atMs: number;
  readonly id: string;
}

/** As little of a Mongo collection as a list needs. */
interface Listable {
  find(
    filter: object,
    options: object,
  ): {
    sort(by: Record<string, -1>): { limit(count: number): { toArray(): Promise<unknown[]> } };
  };
}

const READ_MS = 5000;

/**
 * One page of documents, newest by `time` first; what is added meanwhile disturbs nothing.
 * @returns next: null when this was the last one
 */
export async function listPage<Doc extends { _id: string }>(
  collection: Listable,
  asked: {
    readonly filter: Readonly<Record<string, unknown>>;
    /** The field that the list is in the order of: a Date. */
    readonly time: keyof Doc & string;
    readonly projection?: Readonly<Record<string, 0 | 1>>;
    readonly limit: number;
    readonly after: PageCursor | null;
  },
): Promise<{ documents: Doc[]; next: PageCursor | null }> {
  const { filter, time, projection, limit, after } = asked;
  const found = (await collection
    .find(after === null ? filter : { $and: [filter, behind(time, after)] }, {
      ...(projection === undefined ? {} : { projection }),
      readPreference: 'secondaryPreferred',
      maxTimeMS: READ_MS,
    })
    .sort({ [time]: -1, _id: -1 })
    .limit(limit + 1)
    .toArray()) as Doc[];
  const documents = found.slice(0, limit);
  const last = documents.at(-1);
  const next =
    found.length > limit && last ? { atMs: (last[time] as unknown as Date).getTime(), id: last._id } : null;
  return { documents, next };
}

function behind(time: string, { atMs, id }: PageCursor): object {
  const at = new Date(atMs);
  return { $or: [{ [time]: { $lt: at } }, { [time]: at, _id: { $lt: id } }] };
}

export function encodeCursor({ atMs, id }: PageCursor): string {
  return Buffer.from(JSON.stringify([atMs, id])).toString('base64url');
}

/** @returns null when it is no cursor of ours */
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

/** What a Date can hold. */
const LATEST_DATE_MS = 8.64e15;
