import type { Flame } from './flame-fold.ts';

/**
 * A tree as collapsed stacks, the text format of flame graph tools (speedscope, flamegraph.pl, inferno): one line per stack, frames from the
 * root separated by `;`, then the self time in whole microseconds.
 */
export function collapsedStacks(root: Flame): string {
  const lines: string[] = [];
  const add = (flame: Flame, callers: readonly string[]) => {
    const stack = [...callers, frameText(flame)];
    const selfUs = Math.round(flame.selfUs);
    if (selfUs > 0) lines.push(`${stack.join(';')} ${selfUs}`);
    for (const child of flame.children.values()) add(child, stack);
  };
  for (const child of root.children.values()) add(child, []);
  return `${lines.join('\n')}\n`;
}

/** `;` separates frames. */
const frameText = ({ label, where }: Flame) =>
  (where === '' ? label : `${label} (${where})`).replaceAll(';', ',');
