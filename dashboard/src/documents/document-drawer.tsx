import { type DocumentDetail, documentTypeEntry } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { useStore } from '../use-store.ts';
import { DrawerHead } from '../widgets/drawer-head.tsx';
import { Fact } from '../widgets/fact.tsx';
import { LoadFailure } from '../widgets/load-failure.tsx';
import { DOCUMENT_NAMES, factName, factText, lastDayOf, sizeText, statusText } from './document-labels.ts';
import { ReviewForm } from './review-form.tsx';

interface Props {
  readonly page: Page;
  readonly id: string;
  readonly onClose: () => void;
  /** The document was reviewed: the next one can be shown. */
  readonly onDone: () => void;
}

/** The picture, the facts read from it, and the review form. */
export function DocumentDrawer({ page, id, onClose, onDone }: Props) {
  const detail = useStore(page.selectedDocument.detail);
  const document = detail.kind === 'ready' ? detail.value : null;
  return (
    <aside class="drawer" aria-label={`Document ${id}`}>
      <DrawerHead title={document === null ? 'Document' : DOCUMENT_NAMES[document.type]} onClose={onClose}>
        {document === null ? 'Loading.' : statusText(document)}
      </DrawerHead>
      {detail.kind === 'failed' && (
        <LoadFailure
          what="The document could not be loaded."
          error={detail.error}
          onRetry={page.selectedDocument.reload}
        />
      )}
      {document !== null && (
        <>
          <Picture
            key={document.links?.file ?? ''}
            document={document}
            onStale={page.selectedDocument.reload}
          />
          {document.review?.state === 'pending' && (
            <ReviewForm key={`${id}-${document.version}`} page={page} document={document} onDone={onDone} />
          )}
          <DocumentFacts page={page} document={document} />
        </>
      )}
    </aside>
  );
}

/** The links expire after five minutes: the operator can request new ones. */
function Picture({ document, onStale }: { document: DocumentDetail; onStale: () => void }) {
  if (document.links === null) return <p class="document-none muted">No copy is available.</p>;
  const { file, thumbnail } = document.links;
  const shown = document.contentType === 'application/pdf' ? thumbnail : file;
  return (
    <figure class="document-picture">
      {shown !== null && (
        <a href={file} target="_blank" rel="noreferrer" title="Open full size">
          <img
            src={shown}
            alt={`${DOCUMENT_NAMES[document.type]} of ${document.userId}`}
            referrerpolicy="no-referrer"
          />
        </a>
      )}
      <figcaption>
        <a href={file} target="_blank" rel="noreferrer">
          Open full size
        </a>
        <button type="button" class="link-button" onClick={onStale}>
          Refresh the links
        </button>
      </figcaption>
    </figure>
  );
}

function DocumentFacts({ page, document }: { page: Page; document: DocumentDetail }) {
  const { userId, size, contentType, createdAt, review, facts } = document;
  const lastDay = lastDayOf(document, page.time);
  const rows: (readonly [string, string])[] = [
    ['Owner', userId],
    ['File', `${contentType.replace(/^.*\//, '').toUpperCase()}, ${sizeText(size)}`],
    ['Submitted', createdAt.slice(0, 16).replace('T', ' ')],
    ...(lastDay === null ? [] : [['Valid until', lastDay] as const]),
    ...(review?.reason ? [['Reason', review.reason] as const] : []),
    ...Object.entries(facts ?? {}).map(([key, value]) => [factName(key), factText(value)] as const),
    ['Requires renewal', documentTypeEntry(document.type).expires ? 'Yes' : 'No'],
  ];
  return (
    <section class="drawer-section" aria-labelledby="facts-title">
      <h3 id="facts-title">Facts</h3>
      <dl class="facts">
        {rows.map(([name, text]) => (
          <Fact key={name} name={name}>
            {text}
          </Fact>
        ))}
      </dl>
    </section>
  );
}
