import type { ComponentChildren } from 'preact';

interface Props {
  readonly name: string;
  /** Muted text after the value. */
  readonly note?: string | null;
  readonly children: ComponentChildren;
}

/** One row of a `facts` list. */
export function Fact({ name, note = null, children }: Props) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {note !== null && <span class="muted"> {note}</span>}
      </dd>
    </div>
  );
}
