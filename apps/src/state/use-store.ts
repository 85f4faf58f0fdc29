import type { Store } from '@rideline/dashboard/store';
import { useSyncExternalStore } from 'react';

/** The store's value; the component renders again when it changes. */
export function useStore<T>(store: Store<T>): T {
  return useSyncExternalStore(store.subscribe, store.get);
}
