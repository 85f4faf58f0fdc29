import {
  type DocumentDetail,
  documentDetailSchema,
  documentViewSchema,
  type ReviewDocument,
} from '@rideline/contract';
import { createDebounce } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import { createStore, type Store } from '../store.ts';

/** The selected document, with links to its cleaned copy, and the review. */
export interface SelectedDocument {
  readonly detail: Store<Loaded<DocumentDetail>>;
  select(documentId: string | null): void;
  reload(): void;
  /** @throws CodedError, CONFLICT when another reviewer was first */
  review(decision: ReviewDocument): Promise<void>;
  stop(): void;
}

export function createSelectedDocument(token: TokenSource, nowMs: () => number): SelectedDocument {
  const detail = createStore<Loaded<DocumentDetail>>({ kind: 'loading' });
  let selected: string | null = null;
  let request = new AbortController();
  const debounce = createDebounce(nowMs);

  const load = async () => {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    if (selected === null) return;
    try {
      const value = await call(`/v1/documents/${selected}`, documentDetailSchema, { token, signal });
      if (!signal.aborted) detail.set({ kind: 'ready', value });
    } catch (error) {
      if (!signal.aborted) detail.set(failedWith(error));
    }
  };

  return {
    detail,
    select(documentId) {
      if (documentId === selected) return;
      selected = documentId;
      detail.set({ kind: 'loading' });
      request.abort();
      debounce.run(() => void load());
    },
    reload: () => void load(),
    async review(decision) {
      await call(`/v1/documents/${selected}/review`, documentViewSchema, { token, body: decision });
      await load();
    },
    stop() {
      debounce.stop();
      request.abort();
    },
  };
}
