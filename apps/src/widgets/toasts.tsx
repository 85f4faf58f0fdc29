import type { Store } from '@rideline/dashboard/store';
import { useEffect } from 'react';
import { useStore } from '../state/use-store.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

const SHOWN_MS = 6000;
/** More at once would cover the map; the oldest is dropped. */
const MOST = 3;
let lastId = 0;

export function addToast(toasts: Store<readonly Toast[]>, text: string): void {
  toasts.set([...toasts.get(), { id: ++lastId, text }].slice(-MOST));
}

/** Short messages at the top; a screen reader says them. */
export function Toasts({ toasts }: { toasts: Store<readonly Toast[]> }) {
  const shown = useStore(toasts);
  return (
    <div className="toasts" role="status">
      {shown.map((toast) => (
        <ShownToast
          key={toast.id}
          toast={toast}
          onEnd={() => toasts.set(toasts.get().filter(({ id }) => id !== toast.id))}
        />
      ))}
    </div>
  );
}

function ShownToast({ toast, onEnd }: { toast: Toast; onEnd: () => void }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the time of a toast starts once.
  useEffect(() => {
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <button type="button" className="toast" onClick={onEnd}>
      {toast.text}
    </button>
  );
}
