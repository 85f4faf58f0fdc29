import { type DocumentDetail, documentTypeEntry } from '@rideline/contract';
import type { Page } from '../page/page.ts';
import { useStore } from '../store.ts';
import { CloseIcon } from '../widgets/icons.tsx';
import { Failed } from '../widgets/load-failure.tsx';
import { DOCUMENT_NAMES, factName, factText, sizeText, standingOf } from './document-labels.ts';
import { ReviewForm } from './review-form.tsx';

interface Props {
  readonly page: Page;
  readonly id: string;
  readonly onClose: () => void;
  /** A decision was taken: the next one, please. */
  readonly onDone: () => void;
}

/** The picture beside what was read from it, and the decision. */
export function DocumentDrawer({ page, id, onClose, onDone }: Props) {
  const detail = useStore(page.chosenDocument.detail);
  const document = detail.kind === 'ready' ? detail.value : null;
  return (
    <aside class="drawer" aria-label={`Document ${id}`}>
      <header class="drawer-head">
        <div>
          <h2>{document === null ? 'Document' : DOCUMENT_NAMES[document.type]}</h2>
          <p class="drawer-state">{document === null ? 'Reading it.' : standingOf(document)}</p>
        </div>
        <button type="button" class="icon-button" title="Close (Esc)" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {detail.kind === 'failed' && (
        <Failed
          what="The document could not be read."
          error={detail.error}
          onRetry={page.chosenDocument.reload}
        />
      )}
      {document !== null && (
        <>
          <Picture
            key={document.links?.file ?? ''}
            document={document}
            onStale={page.chosenDocument.reload}
          />
          {document.review?.state === 'pending' && (
            <ReviewForm key={`${id}-${document.version}`} page={page} document={document} onDone={onDone} />
          )}
          <Facts document={document} />
        </>
      )}
    </aside>
  );
}

/** Links live for some minutes only: a picture that cannot be had any more is asked for once more by the operator. */
function Picture({ document, onStale }: { document: DocumentDetail; onStale: () => void }) {
  if (document.links === null) return <p class="document-none muted">There is no copy to look at.</p>;
  const { file, thumbnail } = document.links;
  const shown = document.contentType === 'application/pdf' ? thumbnail : file;
  return (
    <figure class="document-picture">
      {shown !== null && (
        <a href={file} target="_blank" rel="noreferrer" title="Open it whole">
          <img
            src={shown}
            alt={`${DOCUMENT_NAMES[document.type]} of ${document.userId}`}
            referrerpolicy="no-referrer"
          />
        </a>
      )}
      <figcaption>
        <a href={file} target="_blank" rel="noreferrer">
          Open it whole
        </a>
        <button type="button" class="link-button" onClick={onStale}>
          Ask for it again
        </button>
      </figcaption>
    </figure>
  );
}

function Facts({ document }: { document: DocumentDetail }) {
  const { userId, size, contentType, createdAt, validUntil, review, facts } = document;
  const rows: (readonly [string, string])[] = [
    ['Of', userId],
    ['File', `${contentType.replace(/^.*\//, '').toUpperCase()}, ${sizeText(size)}`],
    ['Handed in', createdAt.slice(0, 16).replace('T', ' ')],
    ...(validUntil === null ? [] : [['Valid until', validUntil.slice(0, 10)] as const]),
    ...(review?.reason ? [['Reason', review.reason] as const] : []),
    ...Object.entries(facts ?? {}).map(([key, value]) => [factName(key), factText(value)] as const),
    ['Must be renewed', documentTypeEntry(document.type).expires ? 'Yes' : 'No'],
  ];
  return (
    <section class="drawer-section" aria-labelledby="facts-title">
      <h3 id="facts-title">What was read from it</h3>
      <dl class="facts">
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
