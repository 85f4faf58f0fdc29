/** What the page uses of `Storage`. */
export type PageStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/**
 * A storage of the browser; one in memory where cookies are blocked, as in some embedded views: there even reading the property throws, and the
 * page would stay empty.
 */
export function pageStorage(open: () => Storage): PageStorage {
  try {
    return open();
  } catch {
    const held = new Map<string, string>();
    return {
      getItem: (key) => held.get(key) ?? null,
      setItem: (key, value) => void held.set(key, value),
      removeItem: (key) => void held.delete(key),
    };
  }
}

export const localPageStorage = pageStorage(() => localStorage);
export const tabStorage = pageStorage(() => sessionStorage);
