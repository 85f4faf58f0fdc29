/** Registers the service worker of an app. Does nothing in development and where there is none (plain http by a name). */
export function registerServiceWorker(app: 'driver' | 'rider'): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register(`/${app}/service-worker.js`).catch((error: unknown) => {
    // The app works without it, but not without a network.
    console.warn('no service worker', error);
  });
}
