import { createStore, type Store } from '@rideline/dashboard/store';
import { localPageStorage, type PageStorage } from './page-storage.ts';

/** A setting of this browser. Where nothing can be stored (private windows of some browsers) it holds until the page is closed. */
export function storedSetting<T extends string>(
  key: string,
  values: readonly T[],
  fallback: T,
  storage: Pick<PageStorage, 'getItem' | 'setItem'> = localPageStorage,
): Store<T> {
  const held = storage.getItem(key) as T | null;
  const store = createStore(held !== null && values.includes(held) ? held : fallback);
  return {
    ...store,
    set(next) {
      storage.setItem(key, next);
      store.set(next);
    },
  };
}
