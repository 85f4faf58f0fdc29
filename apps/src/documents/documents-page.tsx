import type { UploadState } from '@rideline/sdk/rider';
import { useCallback, useEffect, useId, useState } from 'react';
import type { SignedIn } from '../account/account.ts';
import { errorText } from '../account/errors.ts';
import type { TextKey } from '../language/english.ts';
import { useWords, type Words } from '../language/language.ts';
import { Dialog } from '../widgets/dialog.tsx';
import { type DocumentType, FILE_TYPES, isFileType, sendFile } from './send-file.ts';

interface DocumentRow {
  readonly documentId: string;
  readonly type: string;
  readonly status: string;
  readonly rejection: { readonly text: string } | null;
  readonly review: { readonly state: string; readonly reason: string | null } | null;
  readonly validUntilDay: string | null;
}

/** Sizes as the server's table has them (docs/reference/documents.md); it refuses others anyway. */
const MAX_BYTES: Readonly<Record<string, number>> = { profile_photo: 5 * 1024 * 1024 };
const MOST_BYTES = 10 * 1024 * 1024;
/** A document is checked within seconds; a review by a person takes longer. */
const POLL_MS = 4000;
const CHANGES_SOON: ReadonlySet<string> = new Set(['granted', 'uploaded', 'processing']);

interface Props {
  readonly signedIn: SignedIn;
  readonly types: readonly DocumentType[];
  readonly onClose: () => void;
}

/** The user's documents by type: upload, what the check found, and the review. */
export function DocumentsPage({ signedIn, types, onClose }: Props) {
  const { rest, session } = signedIn;
  const words = useWords();
  const [documents, setDocuments] = useState<readonly DocumentRow[] | null>(null);
  const [error, setError] = useState<unknown>(null);

  const load = useCallback(async () => {
    try {
      const { data, error } = await rest.GET('/v1/documents', { params: { query: { limit: 100 } } });
      if (data === undefined) throw error;
      setDocuments(data.documents as DocumentRow[]);
      setError(null);
    } catch (failure) {
      setError(failure);
    }
  }, [rest]);
  useEffect(() => void load(), [load]);
  const isWaiting = documents?.some(({ status }) => CHANGES_SOON.has(status)) ?? false;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => void load(), POLL_MS);
    return () => clearInterval(timer);
  }, [isWaiting, load]);

  return (
    <Dialog title={words.text('documents.title')} onClose={onClose} size="page">
      <p className="muted">{words.text('documents.intro')}</p>
      {error !== null && (
        <p className="message bad" role="alert">
          {errorText(words, error)}
        </p>
      )}
      <ul className="rows">
        {types.map((type) => (
          <li key={type} className="row document">
            <DocumentOfType
              session={session}
              type={type}
              // Newest first.
              newest={documents?.find((one) => one.type === type) ?? null}
              isKnown={documents !== null}
              onUploaded={load}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

interface OfTypeProps {
  readonly session: SignedIn['session'];
  readonly type: DocumentType;
  readonly newest: DocumentRow | null;
  readonly isKnown: boolean;
  /** Resolves when the list has been read again. */
  readonly onUploaded: () => Promise<void>;
}

function DocumentOfType({ session, type, newest, isKnown, onUploaded }: OfTypeProps) {
  const words = useWords();
  const { text } = words;
  const id = useId();
  const [step, setStep] = useState<UploadState | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isBusy = step !== null;

  const send = async (file: File) => {
    setProblem(null);
    const limit = MAX_BYTES[type] ?? MOST_BYTES;
    const { type: contentType } = file;
    if (!isFileType(contentType)) return setProblem(text('documents.wrongType'));
    if (file.size > limit) return setProblem(text('documents.tooLarge', { size: words.megabytes(limit) }));
    const upload = sendFile(session, type, file, contentType, setStep);
    const end = await upload.ended;
    if (end.kind === 'failed') setProblem(errorText(words, end));
    // Until then the row would say what it said before the upload.
    await onUploaded();
    setStep(null);
  };

  return (
    <>
      <div className="document-about">
        <strong>{text(`document.${type}` as TextKey)}</strong>
        <span className="muted small" role="status">
          {stepText(words, step) ?? (isKnown ? statusText(words, newest) : '')}
        </span>
        {problem !== null && (
          <span className="small bad" role="alert">
            {problem}
          </span>
        )}
        {step?.kind === 'sending' && (
          <progress value={step.sentBytes} max={step.totalBytes} aria-label={text('documents.add')} />
        )}
      </div>
      <input
        id={id}
        type="file"
        className="hidden-input"
        accept={FILE_TYPES.join(',')}
        disabled={isBusy}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = '';
          if (file !== undefined) void send(file);
        }}
      />
      <label htmlFor={id} className="button" aria-disabled={isBusy}>
        {text(newest === null ? 'documents.add' : 'documents.replace')}
        <span className="hidden-label"> {text(`document.${type}` as TextKey)}</span>
      </label>
    </>
  );
}

function stepText({ text, percent }: Words, step: UploadState | null): string | null {
  switch (step?.kind) {
    case 'preparing':
      return text('documents.hashing');
    case 'sending':
      return text('documents.sending', { percent: percent(step.sentBytes / step.totalBytes) });
    case 'waiting':
      return text('connection.waiting');
    case 'checking':
      return text('document.status.processing');
    default:
      return null;
  }
}

/** What a document's owner must know, the reason of a rejection first. */
export function statusText({ text, day }: Words, document: DocumentRow | null): string {
  if (document === null) return text('documents.none');
  const { status, rejection, review, validUntilDay } = document;
  if (status === 'rejected') return rejection?.text ?? text('document.status.rejected');
  if (status !== 'processed' || review === null || review.state === 'pending')
    return text(`document.status.${status}` as TextKey);
  const state = text(`document.review.${review.state}` as TextKey);
  if (review.state === 'rejected' && review.reason !== null) return `${state}: ${review.reason}`;
  return validUntilDay === null
    ? state
    : `${state}, ${text('documents.validUntil', { day: day(validUntilDay) })}`;
}
