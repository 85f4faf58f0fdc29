import { type DocumentView, documentReviewListSchema } from '@rideline/contract';
import type { TokenSource } from '../api/http.ts';
import type { Loaded } from '../api/loaded.ts';
import { readRegularly } from '../api/polling.ts';
import { readPages } from '../api/read-pages.ts';
import { createStore, type Store } from '../store.ts';

/** No feed tells of new documents: an operator who looks at the queue sees one that comes within this time. */
const READ_EVERY_MS = 15_000;
const PAGE = 100;
/** Pages read at most: the oldest 500 documents. Whoever has done those sees the next. */
const MOST_PAGES = 5;

/** Documents that wait for a person's look. */
export interface ReviewReader {
  /** Oldest first. */
  readonly waiting: Store<Loaded<readonly DocumentView[]>>;
  /** There are more than were read. */
  readonly more: Store<boolean>;
  reload(): void;
  stop(): void;
}

export function readReviews(token: TokenSource, now: () => number): ReviewReader {
  const more = createStore(false);
  const read = async (signal: AbortSignal): Promise<readonly DocumentView[]> => {
    const found = await readPages('/v1/document-reviews', { limit: String(PAGE) }, documentReviewListSchema, {
      itemsOf: ({ documents }) => documents,
      mostPages: MOST_PAGES,
      options: { token, signal },
    });
    more.set(found.more);
    return found.items;
  };
  const { state, reload, stop } = readRegularly(read, { everyMs: READ_EVERY_MS, now });
  return { waiting: state, more, reload, stop };
}
