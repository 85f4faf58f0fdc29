import type { RestClient } from '@rideline/sdk/rider';
import { type ReactNode, useEffect, useState } from 'react';
import { useWords } from '../language/language.ts';
import { Dialog } from './dialog.tsx';
import { MenuIcon } from './icons.tsx';

export interface MenuItem {
  readonly id: string;
  readonly name: string;
  readonly icon: ReactNode;
  readonly onChoose: () => void;
}

/** The round button and what it opens: who is signed in, and the pages of the app. */
export function Menu({ rest, items }: { rest: RestClient; items: readonly MenuItem[] }) {
  const { text } = useWords();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="round-button"
        aria-label={text('menu.open')}
        onClick={() => setOpen(true)}
      >
        <MenuIcon />
      </button>
      {isOpen && (
        <Dialog title={text('menu.title')} onClose={() => setOpen(false)}>
          <Who rest={rest} />
          <ul className="menu-items">
            {items.map(({ id, name, icon, onChoose }) => (
              <li key={id}>
                <button
                  type="button"
                  className="menu-item"
                  onClick={() => {
                    setOpen(false);
                    onChoose();
                  }}
                >
                  {icon}
                  {name}
                </button>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
    </>
  );
}

function Who({ rest }: { rest: RestClient }) {
  const [who, setWho] = useState<{ name: string; login: string } | null>(null);
  useEffect(() => {
    // Without a network the menu has no name.
    rest.GET('/v1/me').then(
      ({ data }) => setWho(data ?? null),
      () => undefined,
    );
  }, [rest]);
  return who === null ? null : (
    <p className="who">
      <strong>{who.name}</strong>
      <span className="muted small">{who.login}</span>
    </p>
  );
}
