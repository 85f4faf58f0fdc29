/** Keeps the screen on while the driver is online: a phone that sleeps sends no positions from a web page. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | undefined;
  let isOver = false;
  const take = async () => {
    if (isOver || document.visibilityState !== 'visible') return;
    try {
      lock = await navigator.wakeLock?.request('screen');
      if (isOver) await lock?.release();
    } catch (error) {
      // Refused, for instance with an empty battery: the screen goes off as always.
      console.warn('the screen is not kept on', error);
    }
  };
  // The browser releases the lock of a hidden window.
  document.addEventListener('visibilitychange', take);
  void take();
  return () => {
    isOver = true;
    document.removeEventListener('visibilitychange', take);
    void lock?.release();
  };
}
