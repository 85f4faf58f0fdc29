import { createStore, type Store } from '../store.ts';
import type { PageStorage } from './page-storage.ts';

export type Theme = 'light' | 'dark';

/** The same key and attribute as public/theme.js, which sets it before the first paint. */
const KEY = 'rideline.theme';

export interface ThemeSwitch {
  readonly theme: Store<Theme>;
  toggle(): void;
}

/** The system's theme until the operator selects one; the selection is stored in this browser. */
export function themeSwitch(root: HTMLElement, storage: PageStorage, system: MediaQueryList): ThemeSwitch {
  const show = (next: Theme) => {
    root.dataset.theme = next;
    theme.set(next);
  };
  const theme = createStore<Theme>(root.dataset.theme === 'dark' ? 'dark' : 'light');
  system.addEventListener('change', () => {
    if (storage.getItem(KEY) === null) show(system.matches ? 'dark' : 'light');
  });
  return {
    theme,
    toggle() {
      const next = theme.get() === 'dark' ? 'light' : 'dark';
      storage.setItem(KEY, next);
      show(next);
    },
  };
}
