import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Sampling interval of the histogram, ms: it adds a floor to the lag and is subtracted. */
const RESOLUTION_MS = 50;

/** Event-loop lag p99 over the last window, ms. `stop` ends the sampling. */
export interface EventLoopLag {
  p99Ms(): number;
  stop(): void;
}

export function watchEventLoopLag(windowMs = 2000): EventLoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let p99Ms = 0;
  const timer = setInterval(() => {
    p99Ms = Math.max(0, histogram.percentile(99) / 1e6 - RESOLUTION_MS);
    histogram.reset();
  }, windowMs);
  timer.unref();
  return {
    p99Ms: () => p99Ms,
    stop() {
      clearInterval(timer);
      histogram.disable();
    },
  };
}
