/** What the SDK needs from the device: two clocks, timers and randomness. Passed in, so that tests control time. */
export interface SdkClock {
  /** Epoch ms; may jump when the user or the network sets the phone's clock. */
  wallMs(): number;
  /** ms since any fixed instant; never jumps. */
  monotonicMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Calls `fn` once after `delayMs`, or sooner when that is longer than the host's timers can wait; the returned function cancels it. */
  after(delayMs: number, fn: () => void): () => void;
}

/** A longer delay overflows in the host's `setTimeout`, and the timer runs at once: a token of 30 days would be refreshed without end. */
const DELAY_MAX_MS = 2 ** 31 - 1;

/** The device's own clocks, in browsers, React Native and Node. */
export const deviceClock: SdkClock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),
  after: (delayMs, fn) => {
    const timer = setTimeout(fn, Math.min(DELAY_MAX_MS, Math.max(0, delayMs)));
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
