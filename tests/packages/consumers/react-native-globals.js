/**
 * What React Native ≥ 0.79 gives an app and the Hermes VM of npm (0.12, of 2022) lacks, as far as it is used: written before a bundle that runs
 * in that VM. `Array.prototype.at` came to Hermes in 2022 (facebook/hermes #823), `Promise.allSettled` comes with React Native.
 */
globalThis.console = { log: print };
globalThis.performance = { now: () => Date.now() };
// The VM's own timers ignore the delay: a pause may end at once, a time limit must not.
const LONGEST_PAUSE_MS = 1000;
const { setTimeout: soon, clearTimeout: forget } = globalThis;
globalThis.setTimeout = (run, delayMs = 0) => (delayMs <= LONGEST_PAUSE_MS ? soon(run, 0) : 0);
globalThis.clearTimeout = (timer) => {
  if (timer) forget(timer);
};
globalThis.AbortController = function AbortController() {
  const listeners = new Set();
  this.signal = {
    aborted: false,
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.delete(listener),
  };
  this.abort = () => {
    this.signal.aborted = true;
    for (const listener of listeners) listener();
  };
};
Array.prototype.at ??= function at(index) {
  return this[index < 0 ? this.length + index : index];
};
Promise.allSettled ??= (all) =>
  Promise.all(
    all.map((one) =>
      Promise.resolve(one).then(
        (value) => ({ status: 'fulfilled', value }),
        (reason) => ({ status: 'rejected', reason }),
      ),
    ),
  );
