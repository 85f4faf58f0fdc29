import { type DocumentView, documentReviewListSchema } from '@rideline/contract';
import { call, type TokenSource } from '../http.ts';
import { failedWith, type Loaded } from '../loaded.ts';
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
      const found: DocumentView[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const query = new URLSearchParams({ limit: String(PAGE) });
        if (cursor !== null) query.set('cursor', cursor);
        const options = { token, signal: stopped.signal };
        const answer = await call(`/v1/document-reviews?${query}`, documentReviewListSchema, options);
        found.push(...answer.documents);
        cursor = answer.next;
        if (cursor === null) break;
      }
      more.set(cursor !== null);
      waiting.set({ kind: 'ready', value: found, at: now() });
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
