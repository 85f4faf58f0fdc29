import type { ComponentChildren } from 'preact';
import { CloseIcon } from './icons.tsx';

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  /** The state, below the title. */
  readonly children: ComponentChildren;
}

export function DrawerHead({ title, onClose, children }: Props) {
  return (
    <header class="drawer-head">
      <div>
        <h2>{title}</h2>
        <p class="drawer-state">{children}</p>
      </div>
      <button type="button" class="icon-button" title="Close (Esc)" aria-label="Close" onClick={onClose}>
        <CloseIcon />
      </button>
    </header>
  );
}
