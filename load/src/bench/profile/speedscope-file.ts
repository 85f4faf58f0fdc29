import type { Flame } from './flame-fold.ts';

/** One tree of a file, with what divides its microseconds. */
export interface ProfileTree {
  readonly name: string;
  readonly root: Flame;
  /** Frames that the microseconds were spent on. */
  readonly frames: number;
}

/**
 * Trees in speedscope's file format (https://www.speedscope.app/file-format-schema.json): one sampled profile for each, with the self time of
 * each stack in µs per frame as its weight. speedscope draws the flame graph, searches and zooms (decision 0155).
 */
export function speedscopeFile(name: string, trees: readonly ProfileTree[]): object {
  const shared = new Map<string, { index: number; name: string }>();
  const indexOf = ({ label, where }: Flame): number => {
    const text = where === '' ? label : `${label} (${where})`;
    const known = shared.get(text) ?? { index: shared.size, name: text };
    shared.set(text, known);
    return known.index;
  };
  const profiles = trees.map((tree) => {
    const samples: number[][] = [];
    const weights: number[] = [];
    const add = (flame: Flame, callers: readonly number[]) => {
      const stack = [...callers, indexOf(flame)];
      if (flame.selfUs > 0) {
        samples.push(stack);
        weights.push(flame.selfUs / tree.frames);
      }
      for (const child of flame.children.values()) add(child, stack);
    };
    for (const child of tree.root.children.values()) add(child, []);
    return {
      type: 'sampled',
      name: `${tree.name}, per frame`,
      unit: 'microseconds',
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      samples,
      weights,
    };
  });
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    name,
    exporter: 'rideline bench profile',
    shared: { frames: [...shared.values()].map(({ name: text }) => ({ name: text })) },
    profiles,
  };
}
