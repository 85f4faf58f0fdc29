import type { AppStateSource } from './app-state.ts';

/** What is used of a browser's `document`, and of its `window`. */
export interface BrowserEventTarget {
  addEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
  removeEventListener(type: string, listener: (event: { readonly persisted?: boolean }) => void): void;
}
export interface BrowserAppWindow extends BrowserEventTarget {
  readonly document: BrowserEventTarget & { readonly visibilityState?: string };
}

/**
 * `appState: browserAppState()`: `visibilitychange` of the document, and `pageshow` of a page that comes back from the back/forward cache,
 * where its connections were closed.
 */
export function browserAppState(
  window: BrowserAppWindow = globalThis as unknown as BrowserAppWindow,
): AppStateSource {
  return {
    subscribe(listener) {
      const { document } = window;
      const onVisibility = () =>
        listener(document.visibilityState === 'hidden' ? 'background' : 'foreground');
      const onPageShow = ({ persisted }: { readonly persisted?: boolean }) => {
        if (persisted === true) listener('foreground');
      };
      document.addEventListener('visibilitychange', onVisibility);
      window.addEventListener('pageshow', onPageShow);
      onVisibility();
      return () => {
        document.removeEventListener('visibilitychange', onVisibility);
        window.removeEventListener('pageshow', onPageShow);
      };
    },
  };
}
