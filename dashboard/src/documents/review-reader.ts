import { type DocumentView, documentReviewListSchema } from '@rideline/contract';
import type { TokenSource } from '../http.ts';
import { failedWith, type Loaded } from '../loaded.ts';
import { readPages } from '../read-pages.ts';
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
  const waiting = createStore<Loaded<readonly DocumentView[]>>({ kind: 'loading' });
  const more = createStore(false);
  const stopped = new AbortController();
  let reading = false;

  const read = async () => {
    if (reading) return;
    reading = true;
    try {
      const found = await readPages(
        '/v1/document-reviews',
        { limit: String(PAGE) },
        documentReviewListSchema,
        {
          itemsOf: ({ documents }) => documents,
          mostPages: MOST_PAGES,
          options: { token, signal: stopped.signal },
        },
      );
      more.set(found.more);
      waiting.set({ kind: 'ready', value: found.items, at: now() });
    } catch (error) {
      if (!stopped.signal.aborted) waiting.set(failedWith(error));
    } finally {
      reading = false;
    }
  };
  const timer = setInterval(() => {
    if (!document.hidden) void read();
  }, READ_EVERY_MS);

  return {
    waiting,
    more,
    reload: () => void read(),
    stop() {
      clearInterval(timer);
      stopped.abort();
    },
  };
}
