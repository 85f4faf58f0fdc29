import type { RestClient } from '@rideline/sdk/rider';
import { useCallback, useEffect, useState } from 'react';
import { errorText } from '../account/errors.ts';
import { useWords } from '../language/language.ts';
import { Dialog } from '../widgets/dialog.tsx';
import { notificationText } from './notification-text.ts';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly at: string;
}

const PAGE_SIZE = 30;

/** The user's notifications, newest first, in pages. */
export function NotificationsPage({ rest, onClose }: { rest: RestClient; onClose: () => void }) {
  const words = useWords();
  const { text, moment } = words;
  const [rows, setRows] = useState<readonly Row[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);

  const load = useCallback(
    async (cursor: string | null) => {
      try {
        const query = { limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) };
        const answer = await rest.GET('/v1/notifications', { params: { query } });
        if (answer.data === undefined) throw answer.error;
        const page = answer.data.notifications.map((one) => ({
          id: one.notificationId ?? '',
          kind: one.kind ?? '',
          title: one.title ?? '',
          at: one.createdAt ?? '',
        }));
        setRows((before) => [...(cursor === null ? [] : (before ?? [])), ...page]);
        setNext(answer.data.next);
        setError(null);
      } catch (failure) {
        setError(failure);
      }
    },
    [rest],
  );
  useEffect(() => void load(null), [load]);

  return (
    <Dialog title={text('notifications.title')} onClose={onClose} size="page">
      {error !== null && (
        <p className="message bad" role="alert">
          {errorText(words, error)}
        </p>
      )}
      {rows?.length === 0 && <p className="muted">{text('notifications.none')}</p>}
      <ul className="rows">
        {rows?.map((row) => (
          <li key={row.id} className="row">
            <span>{notificationText(words, row)}</span>
            <time className="muted small" dateTime={row.at}>
              {moment(Date.parse(row.at))}
            </time>
          </li>
        ))}
      </ul>
      {next !== null && (
        <button type="button" className="button wide" onClick={() => void load(next)}>
          {text('notifications.more')}
        </button>
      )}
    </Dialog>
  );
}
