import { type DocumentView, documentReviewListSchema } from '@rideline/contract';
import type { TokenSource } from '../api/http.ts';
import type { Loaded } from '../api/loaded.ts';
import { startPolling } from '../api/polling.ts';
import { readPages } from '../api/read-pages.ts';
import { createStore, type Store } from '../store.ts';

/** The feed does not report new documents: an operator sees a new one in the queue within this time. */
const READ_EVERY_MS = 15_000;
const PAGE = 100;
/** The queue shows the oldest 500 documents; the next ones appear as these are reviewed. */
const MAX_PAGES = 5;

/** Documents that wait for review. */
export interface ReviewQueue {
  /** Oldest first. */
  readonly waiting: Store<Loaded<readonly DocumentView[]>>;
  /** There are more documents than were loaded. */
  readonly more: Store<boolean>;
  reload(): void;
  stop(): void;
}

export function openReviewQueue(token: TokenSource): ReviewQueue {
  const more = createStore(false);
  const read = async (signal: AbortSignal): Promise<readonly DocumentView[]> => {
    const found = await readPages('/v1/document-reviews', { limit: String(PAGE) }, documentReviewListSchema, {
      itemsOf: ({ documents }) => documents,
      maxPages: MAX_PAGES,
      options: { token, signal },
    });
    more.set(found.more);
    return found.items;
  };
  const { state, reload, stop } = startPolling(read, READ_EVERY_MS);
  return { waiting: state, more, reload, stop };
}
