import type { Store } from '@rideline/dashboard/store';
import { storedSetting } from '../state/stored-setting.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof THEMES)[number];

let setting: Store<ThemeChoice> | undefined;

/** The chosen theme. The same key and attribute as public/apps/theme.js, which sets it before the first paint, and as the dashboard's. */
export function themeSetting(): Store<ThemeChoice> {
  if (setting !== undefined) return setting;
  const chosen = storedSetting<ThemeChoice>('rideline.theme', THEMES, 'system');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const theme = chosen.get();
    document.documentElement.dataset.theme = theme === 'system' ? (system.matches ? 'dark' : 'light') : theme;
  };
  system.addEventListener('change', show);
  chosen.subscribe(show);
  show();
  setting = chosen;
  return chosen;
}

/** Calls `listener` when the colours of the page have changed. Returns the function that stops it. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
