import type { LoadPlace, PlaceNeeds } from '../runner/load-place.ts';
import { openBaselinePlace } from './baseline-place.ts';
import {
  openOnOneRedis,
  openRideline,
  openWithoutCache,
  openWithSecondaryReads,
} from './product-variants.ts';
import { VARIANTS, type Variant } from './variants.ts';
import { WARM_UP, WARM_UP_TEXT, warmUp } from './warm-up.ts';

interface Options {
  readonly needs: PlaceNeeds;
  /** Of the load that follows. */
  readonly minutes: number;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts the stack of a variant and warms it up.
 * @throws VariantSkipped where this machine cannot run it; nothing of it is left then
 */
export async function openStack(variant: Variant, options: Options): Promise<LoadPlace> {
  const { onProgress, signal } = options;
  await using started = new AsyncDisposableStack();
  const place = started.use(await opened(variant, options));
  const { issueToken, urls } = place;
  onProgress(`warming up: ${VARIANTS[variant].title}`);
  const durationMs = Math.min(WARM_UP.mostMs, options.minutes * 60_000);
  if (issueToken !== null) await warmUp({ url: urls[0], issueToken, durationMs, signal });
  const running = started.move();
  return {
    ...place,
    notes: [...place.notes, WARM_UP_TEXT],
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function opened(variant: Variant, { needs, onProgress }: Options): Promise<LoadPlace> {
  switch (variant) {
    case 'rest':
    case 'queue':
    case 'index':
    case 'cache':
      return openBaselinePlace(variant, needs, onProgress);
    case 'rideline':
      return openRideline(needs, onProgress);
    case 'no-cache':
      return openWithoutCache(needs, onProgress);
    case 'one-redis':
      return openOnOneRedis(needs, onProgress);
    case 'secondary-reads':
      return openWithSecondaryReads(needs, onProgress);
    default:
      return variant satisfies never;
  }
}
