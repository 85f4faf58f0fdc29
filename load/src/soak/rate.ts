import { existsSync, readFileSync } from 'node:fs';

/** One-fix frames a second, and where the figure comes from. */
export interface SoakRate {
  readonly framesPerSecond: number;
  readonly text: string;
}

const CAPACITY_FILE = new URL('../../../docs/bench/capacity.json', import.meta.url);
/** What issue 5 wants of the whole machine; taken where `bench box --keep` has left no figure yet. */
const TARGET_FRAMES_PER_SECOND = 8000;

/** A share of what the whole machine was found to bear, or the rate that was asked for. */
export function soakRate({ share, rate }: { share: number; rate: number | undefined }): SoakRate {
  if (rate !== undefined) return { framesPerSecond: rate, text: 'as asked' };
  const found = foundFramesPerSecond();
  const framesPerSecond = Math.round((found ?? TARGET_FRAMES_PER_SECOND) * share);
  const source =
    found === undefined
      ? `the ${TARGET_FRAMES_PER_SECOND} that are wanted; docs/bench/capacity.json is not there`
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
