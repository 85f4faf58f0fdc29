/** What the app uses of `Storage`. */
export interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  keys(): string[];
}

/**
 * A storage of the browser. Where the browser refuses it (blocked cookies, some private windows and embedded views: even reading the property
 * throws) or refuses to write (full), values are held until the page is closed.
 */
export function pageStorage(open: () => Storage): PageStorage {
  const held = new Map<string, string>();
  let storage: Storage | undefined;
  try {
    storage = open();
  } catch {
    // Refused: what follows is held here.
  }
  return {
    getItem: (key) => held.get(key) ?? storage?.getItem(key) ?? null,
    setItem(key, value) {
      held.set(key, value);
      try {
        storage?.setItem(key, value);
        if (storage !== undefined) held.delete(key);
      } catch {
        // Full. The value from before would be read by the next start of the page.
        storage?.removeItem(key);
      }
    },
    removeItem(key) {
      held.delete(key);
      storage?.removeItem(key);
    },
    keys: () => [...new Set([...held.keys(), ...Object.keys(storage ?? {})])],
  };
}

export const localPageStorage = pageStorage(() => localStorage);
