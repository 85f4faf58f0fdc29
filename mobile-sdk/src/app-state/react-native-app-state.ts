import type { AppStateSource } from './app-state.ts';

/** What is used of React Native's `AppState`. */
export interface AppStateModule {
  /** React Native declares it as `undefined` too. */
  readonly currentState?: string | null | undefined;
  addEventListener(type: 'change', listener: (state: string) => void): { remove(): void };
}

/** `appState: reactNativeAppState(AppState)` with the `AppState` of `react-native`. */
export function reactNativeAppState(appState: AppStateModule): AppStateSource {
  return {
    subscribe(listener) {
      const onState = (state: string | null | undefined) => {
        // `inactive` lies between the two on iOS, also while a person looks at the app switcher.
        if (state === 'active') listener('foreground');
        else if (state === 'background') listener('background');
      };
      const subscription = appState.addEventListener('change', onState);
      onState(appState.currentState);
      return () => subscription.remove();
    },
  };
}
