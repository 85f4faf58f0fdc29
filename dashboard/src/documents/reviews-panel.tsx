import type { DocumentView } from '@rideline/contract';
import { useEffect, useRef } from 'preact/hooks';
import { SkeletonRows } from '../list/skeleton-rows.tsx';
import type { Page } from '../page/page.ts';
import { formatLongAge } from '../time/age.ts';
import { useStore } from '../use-store.ts';
import { LoadFailure } from '../widgets/load-failure.tsx';
import { DOCUMENT_NAMES } from './document-labels.ts';

interface Props {
  readonly page: Page;
  readonly rows: readonly DocumentView[];
  readonly selected: string | null;
  readonly onSelect: (id: string) => void;
}

/** Documents that wait for review, the oldest first. */
export function ReviewsPanel({ page, rows, selected, onSelect }: Props) {
  const state = useStore(page.reviews.waiting);
  const more = useStore(page.reviews.more);
  if (state.kind === 'loading') return <SkeletonRows />;
  if (state.kind === 'failed') {
    return (
      <LoadFailure
        what="The review queue could not be loaded."
        error={state.error}
        onRetry={page.reviews.reload}
      />
    );
  }
  if (rows.length === 0) {
    return (
      <div class="list-empty">
        <p>No document is waiting for review.</p>
      </div>
    );
  }
  return (
    <>
      <ReviewRows rows={rows} selected={selected} onSelect={onSelect} />
      {more && (
        <p class="review-more muted">More documents are waiting. They appear as these are reviewed.</p>
      )}
    </>
  );
}

function ReviewRows({ rows, selected, onSelect }: Omit<Props, 'page'>) {
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => {
    table.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <div class="rows">
      <table
        ref={table}
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: rows are selected, so it is a grid, and its cells are a table's
        role="grid"
        aria-label="Documents to review"
        aria-activedescendant={selected === null ? undefined : `document-${selected}`}
        tabIndex={0}
      >
        <thead>
          <tr>
            <th scope="col" class="head-text head-first">
              Document
            </th>
            <th scope="col" class="head-text">
              Of
            </th>
            <th scope="col" class="head-age head-last">
              Waits
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ documentId, type, userId, updatedAt }) => (
            <tr
              key={documentId}
              id={`document-${documentId}`}
              aria-selected={documentId === selected}
              onClick={() => onSelect(documentId)}
            >
              <td class="row-first">{DOCUMENT_NAMES[type]}</td>
              <td class="row-id">{userId}</td>
              <td class="row-age row-last" title={updatedAt}>
                {formatLongAge(Math.max(0, Date.now() - Date.parse(updatedAt)))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
