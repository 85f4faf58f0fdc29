/** Whether a person sees the app. In the background the platform may suspend it at any time. */
export type AppPhase = 'foreground' | 'background';

/** A listener for the app's state. Without one call `wake()` when the app comes to the foreground. */
export interface AppStateSource {
  /** Calls the listener with each change, and possibly at once. Returns the function that removes it. */
  subscribe(listener: (phase: AppPhase) => void): () => void;
}
