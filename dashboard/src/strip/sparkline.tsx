import { sparkline } from './recent-rates.ts';

const WIDTH = 56;
const HEIGHT = 16;

export function Sparkline({ samples }: { samples: readonly number[] }) {
  return (
    <svg
      class="sparkline"
      viewBox={`0 -1 ${WIDTH} ${HEIGHT + 2}`}
      width={WIDTH}
      height={HEIGHT + 2}
      aria-hidden="true"
    >
      <path d={sparkline(samples, WIDTH, HEIGHT)} />
    </svg>
  );
}
