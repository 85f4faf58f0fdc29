import type { ComponentChildren, VNode } from 'preact';

interface Props {
  readonly label: string;
  readonly title?: string;
  readonly mark?: VNode;
  readonly wide?: boolean;
  /** null and undefined are shown as a dash: not known yet. */
  readonly children?: ComponentChildren;
}

export function Stat({ label, title, mark, wide = false, children }: Props) {
  const known = (Array.isArray(children) ? children[0] : children) ?? null;
  return (
    <span class={wide ? 'stat stat-wide' : 'stat'} title={title}>
      <span class="stat-label">
        {mark}
        {label}
      </span>
      <span class="stat-value">{known === null ? '–' : children}</span>
    </span>
  );
}
