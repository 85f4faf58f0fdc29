/** Calls `wake` when the window is shown again or the network returns: the SDK then reconnects without further waiting. */
export function onReturn(wake: () => void): () => void {
  const onVisible = () => {
    if (document.visibilityState === 'visible') wake();
  };
  document.addEventListener('visibilitychange', onVisible);
  addEventListener('online', wake);
  return () => {
    document.removeEventListener('visibilitychange', onVisible);
    removeEventListener('online', wake);
  };
}
