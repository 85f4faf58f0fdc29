import {
  type DocumentDetail,
  documentDetailSchema,
  documentViewSchema,
  type ReviewDocument,
} from '@rideline/contract';
import { createSettling } from '../api/debounce.ts';
import { call, type TokenSource } from '../api/http.ts';
import { failedWith, type Loaded } from '../api/loaded.ts';
import { createStore, type Store } from '../store.ts';

/** The document that is looked at, with links to its cleaned copy, and the decision about it. */
export interface ChosenDocument {
  readonly detail: Store<Loaded<DocumentDetail>>;
  choose(documentId: string | null): void;
  reload(): void;
  /** @throws CodedError, CONFLICT when somebody else was quicker */
  review(decision: ReviewDocument): Promise<void>;
  stop(): void;
}

export function chosenDocument(token: TokenSource, now: () => number): ChosenDocument {
  const detail = createStore<Loaded<DocumentDetail>>({ kind: 'loading' });
  let chosen: string | null = null;
  let asked = new AbortController();
  const settling = createSettling(now);

  const ask = async () => {
    asked.abort();
    asked = new AbortController();
    const { signal } = asked;
    if (chosen === null) return;
    try {
      const value = await call(`/v1/documents/${chosen}`, documentDetailSchema, { token, signal });
      if (!signal.aborted) detail.set({ kind: 'ready', value, at: now() });
    } catch (error) {
      if (!signal.aborted) detail.set(failedWith(error));
    }
  };

  return {
    detail,
    choose(documentId) {
      if (documentId === chosen) return;
      chosen = documentId;
      detail.set({ kind: 'loading' });
      asked.abort();
      settling.run(() => void ask());
    },
    reload: () => void ask(),
    async review(decision) {
      await call(`/v1/documents/${chosen}/review`, documentViewSchema, { token, body: decision });
      await ask();
    },
    stop() {
      settling.stop();
      asked.abort();
    },
  };
}
