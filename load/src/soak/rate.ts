import { existsSync, readFileSync } from 'node:fs';

/** One-fix frames per second, and where the figure comes from. */
export interface SoakRate {
  readonly framesPerSecond: number;
  readonly text: string;
}

const CAPACITY_FILE = new URL('../../../docs/bench/capacity.json', import.meta.url);
/** The capacity target for one-fix frames; used until `bench capacity --keep` has saved a figure. */
const TARGET_FRAMES_PER_SECOND = 8000;

/** The requested rate, or a share of the measured capacity. */
export function soakRate({ share, rate }: { share: number; rate: number | undefined }): SoakRate {
  if (rate !== undefined) return { framesPerSecond: rate, text: 'as requested' };
  const found = foundFramesPerSecond();
  const framesPerSecond = Math.round((found ?? TARGET_FRAMES_PER_SECOND) * share);
  const source =
    found === undefined
      ? `the target of ${TARGET_FRAMES_PER_SECOND}; there is no docs/bench/capacity.json`
      : `${found}, docs/bench/capacity.json`;
  return { framesPerSecond, text: `${(100 * share).toFixed(0)} % of ${source}` };
}

function foundFramesPerSecond(): number | undefined {
  if (!existsSync(CAPACITY_FILE)) return undefined;
  const { held } = JSON.parse(readFileSync(CAPACITY_FILE, 'utf8')) as {
    held: readonly { fixesPerFrame: number; fixesPerSecond: number }[];
  };
  return held.find(({ fixesPerFrame }) => fixesPerFrame === 1)?.fixesPerSecond || undefined;
}
