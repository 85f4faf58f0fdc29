/** What the SDK needs from the device: two clocks, timers and randomness. Passed in, so that tests control time. */
export interface SdkClock {
  /** Epoch ms; may jump when the user or the network sets the phone's clock. */
  wallMs(): number;
  /** ms since any fixed instant; never jumps. */
  monotonicMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Calls `fn` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** The device's own clocks, in browsers, React Native and Node. */
export const deviceClock: SdkClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};

/** Not a secret, only unlikely to repeat: Hermes has no `crypto.randomUUID`. Matches the contract's OUTSIDE_ID. */
export function newBootId(clock: SdkClock): string {
  const digits = () =>
    Math.floor(clock.random() * 36 ** 6)
      .toString(36)
      .padStart(6, '0');
  return `b${Math.floor(clock.wallMs()).toString(36)}-${digits()}${digits()}`;
}
