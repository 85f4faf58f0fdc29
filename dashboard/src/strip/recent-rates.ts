/** One sample a second, newest last; the data of the strip's sparkline. */
export const SAMPLES = 60;

export function withSample(samples: readonly number[], value: number): readonly number[] {
  return [...samples, value].slice(-SAMPLES);
}

/** `M0 8L1 3…` in a box of that size; the top is the largest sample, the bottom is 0. */
export function sparkline(samples: readonly number[], width: number, height: number): string {
  const top = Math.max(1, ...samples);
  const step = width / (SAMPLES - 1);
  const start = SAMPLES - samples.length;
  return samples
    .map((value, i) => {
      const x = ((start + i) * step).toFixed(1);
      const y = (height - (value / top) * height).toFixed(1);
      return `${i === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}
