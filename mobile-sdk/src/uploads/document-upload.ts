import type {
  DocumentAccepted,
  DocumentContentType,
  DocumentGrant,
  DocumentId,
  DocumentRejection,
  DocumentType,
  DocumentView,
  ErrorCode,
} from '@rideline/contract';
import { actionOf, isErrorCode, codeOf as knownCodeOf } from '../errors/rideline-error.ts';
import type { Session } from '../session/session.ts';
import { deviceClock, type SdkClock } from '../time/clock.ts';
import { Timer } from '../time/timer.ts';
import { within } from '../time/within.ts';
import { reportListenerError } from '../typed-events.ts';
import { newUuid } from '../uuid.ts';
import type { FormSender, UploadBody } from './form-sender.ts';

/** What is known of an upload: JSON. Store it with the file, and pass it to `uploadDocument` to continue after the app was killed. */
export interface UploadTicket {
  /** Names the upload: the same key is the same document at the server. */
  readonly key: string;
  /** Forms that were asked for; each form that has expired begins another document. */
  readonly forms: number;
  /** SHA-256 of the file, hex. */
  readonly sha256?: string;
  /** The file has arrived, and only its check is left. */
  readonly documentId?: DocumentId;
}

/** What to do about a rejected document: send the same file again · take another picture or make another file · contact support. */
export type RejectionAdvice = 'send_again' | 'other_file' | 'support';

export type UploadState =
  /** Computes the SHA-256 of the file, or asks for a form. */
  | { readonly kind: 'preparing' }
  | { readonly kind: 'sending'; readonly sentBytes: number; readonly totalBytes: number }
  /** The last attempt failed; the next one begins in `retryInMs`, or when `retryNow` is called. */
  | { readonly kind: 'waiting'; readonly code: ErrorCode; readonly retryInMs: number }
  /** The file has arrived and waits for its check, `queuePosition` behind others. */
  | {
      readonly kind: 'checking';
      readonly documentId: DocumentId;
      readonly queuePosition: number;
      readonly estimatedWaitMs: number;
    }
  /** The file was checked and a clean copy is stored. A person may still have to review it: `document.review`. */
  | { readonly kind: 'clean'; readonly document: DocumentView }
  | {
      readonly kind: 'rejected';
      readonly documentId: DocumentId;
      readonly code: DocumentRejection;
      /** For its owner, in English. */
      readonly text: string;
      readonly advice: RejectionAdvice;
    }
  /** It cannot succeed unchanged: the type, size or role is refused, the session is over, or every attempt failed. */
  | { readonly kind: 'failed'; readonly code: ErrorCode }
  | { readonly kind: 'cancelled' };

export type UploadEnd = Extract<UploadState, { kind: 'clean' | 'rejected' | 'failed' | 'cancelled' }>;

export interface UploadOptions {
  /** A session, which adds the token and refreshes it. */
  readonly session: Pick<Session, 'fetch'>;
  readonly type: DocumentType;
  readonly contentType: DocumentContentType;
  readonly body: UploadBody;
  /** Bytes. */
  readonly size: number;
  /** Computes the file's SHA-256 as hex, on the platform's own way: called once. */
  readonly sha256: (body: UploadBody) => Promise<string>;
  readonly send: FormSender;
  /** Called after each change. */
  readonly onState?: (state: UploadState) => void;
  /** Store it: the upload continues from it after the app was killed. */
  readonly onTicket?: (ticket: UploadTicket) => void;
  /** Continues an upload of an earlier start of the app. */
  readonly resume?: UploadTicket;
  readonly clock?: SdkClock;
  /** Receives errors of `onState` and `onTicket`; by default the host's uncaught-error handler does. */
  readonly onListenerError?: (error: unknown) => void;
}

/** Life of a form: a file of 10 MB passes in it at 90 kbit/s. */
const FORM_SECONDS = 900;
/** Time limit of a call, to the last byte of its answer, ms. A network that drops a connection says nothing. */
const CALL_MS = 30_000;
/** Forms of one upload. An object store that refuses each of them is not going to accept the next. */
const MOST_FORMS = 5;
/** Failed attempts in a row: with waits up to half a minute, about ten minutes. */
const MOST_FAILURES = 30;
const WAIT_MS = 1000;
const WAIT_MAX_MS = 30_000;
const POLL_MS = 1000;
const POLL_MAX_MS = 10_000;

const SEND_AGAIN: ReadonlySet<DocumentRejection> = new Set([
  'BYTES_DIFFER',
  'FILE_MISSING',
  'PROCESSING_FAILED',
]);

function adviceOf(code: DocumentRejection): RejectionAdvice {
  if (SEND_AGAIN.has(code)) return 'send_again';
  return code === 'INFECTED' || code === 'NOT_ACCEPTED' ? 'support' : 'other_file';
}

/** An answer that ends an attempt. `afterMs`: the server's own time until a retry. */
class AttemptFailed extends Error {
  readonly code: ErrorCode;
  readonly afterMs: number;
  constructor(code: ErrorCode, afterMs = 0) {
    super(code);
    this.code = code;
    this.afterMs = afterMs;
  }
}

/**
 * Uploads one document: computes its SHA-256, asks for a form, sends the file to the object store and waits until it is checked. Whatever is
 * cut, it goes on: the same form is asked for again under the same key, a file that has arrived is not sent again, and a form that has
 * expired is replaced.
 */
export class DocumentUpload {
  /** Resolves with the end. Never rejects. */
  readonly ended: Promise<UploadEnd>;
  readonly #options: UploadOptions;
  readonly #clock: SdkClock;
  readonly #timer: Timer;
  readonly #abort = new AbortController();
  #wake: () => void = () => undefined;
  #ticket: UploadTicket;
  #state: UploadState = { kind: 'preparing' };
  #failures = 0;

  /** @internal */
  constructor(options: UploadOptions) {
    this.#options = options;
    this.#clock = options.clock ?? deviceClock;
    this.#timer = new Timer(this.#clock);
    this.#ticket = options.resume ?? { key: newUuid(this.#clock), forms: 1 };
    this.ended = this.#run();
  }

  get state(): UploadState {
    return this.#state;
  }

  /** The network or the app is back, or a notification `document_status` arrived: ends a wait. */
  retryNow(): void {
    this.#wake();
  }

  /** Gives the upload up. A file that has arrived is still checked. */
  cancel(): void {
    this.#abort.abort();
    this.#wake();
  }

  async #run(): Promise<UploadEnd> {
    for (;;) {
      try {
        const end = await this.#attempt();
        if (end !== null) return this.#show(end);
        this.#failures = 0;
      } catch (error) {
        const end = this.#afterFailure(error);
        if (end !== null) return this.#show(end);
        await this.#waitAfter(error);
      }
    }
  }

  /** @returns null when another form is needed */
  async #attempt(): Promise<UploadEnd | null> {
    this.#stopIfCancelled();
    if (this.#ticket.documentId === undefined) {
      this.#show({ kind: 'preparing' });
      const sha256 = this.#ticket.sha256 ?? (await this.#options.sha256(this.#options.body));
      this.#keep({ ...this.#ticket, sha256 });
      const grant = await this.#grant(sha256);
      if (grant === null || !(await this.#send(grant))) return this.#nextForm();
    }
    return this.#untilChecked();
  }

  /** Asks for the form, or for the same form again. @returns null when it has expired */
  async #grant(sha256: string): Promise<DocumentGrant | null> {
    const { type, contentType, size } = this.#options;
    const { key, forms } = this.#ticket;
    const body = { type, contentType, size, sha256, expiresInSeconds: FORM_SECONDS };
    const answer = await this.#call('POST', '/v1/documents', { key: `${key}-${forms}`, body });
    if (answer.ok) return answer.body as DocumentGrant;
    // A conflict that has a time is the first request under this key, still under way.
    const isUsedUp = answer.code === 'CONFLICT' && answer.afterMs === 0;
    if (isUsedUp || answer.code === 'GONE' || answer.code === 'KEY_REUSED') return null;
    throw answer.code === 'CONFLICT' ? new AttemptFailed('BUSY', answer.afterMs) : answer.failure;
  }

  /** Sends the file until it has arrived. @returns whether it has; false: the form is no longer accepted */
  async #send({ documentId, ...form }: DocumentGrant): Promise<boolean> {
    // After a cut the file may have arrived and only the answer was lost: then it is not sent again.
    if (this.#failures > 0 && (await this.#complete(documentId)) === 'arrived') return true;
    const { body, size, send } = this.#options;
    const onSent = (bytes: number) =>
      this.#show({ kind: 'sending', sentBytes: Math.min(bytes, size), totalBytes: size });
    onSent(0);
    const status = await this.#within(FORM_SECONDS * 1000, (signal) =>
      send({ form, body, onSent, signal }),
    ).catch(() => 0);
    this.#stopIfCancelled();
    if (status === 0 || status >= 500) throw new AttemptFailed('UNAVAILABLE');
    if (status >= 300) {
      // 403: the form has expired, which the phone's clock may not know. Otherwise the file is not the one whose SHA-256 was announced.
      if (status !== 403) this.#keep({ key: this.#ticket.key, forms: this.#ticket.forms });
      return false;
    }
    const arrival = await this.#complete(documentId);
    if (arrival === 'absent') throw new AttemptFailed('UNAVAILABLE');
    return arrival === 'arrived';
  }

  /** Reports the arrival, which the server checks. */
  async #complete(documentId: DocumentId): Promise<'arrived' | 'absent' | 'expired'> {
    const answer = await this.#call('POST', `/v1/documents/${documentId}/complete`);
    if (answer.ok) {
      const { queuePosition, estimatedWaitMs } = answer.body as DocumentAccepted;
      this.#keep({ ...this.#ticket, documentId });
      this.#show({ kind: 'checking', documentId, queuePosition, estimatedWaitMs });
      return 'arrived';
    }
    if (answer.code === 'CONFLICT') return 'absent';
    if (answer.code === 'GONE') return 'expired';
    // Rejected already: the status says why.
    if (answer.code !== 'ILLEGAL_TRANSITION') throw answer.failure;
    this.#keep({ ...this.#ticket, documentId });
    return 'arrived';
  }

  #nextForm(): null {
    const { key, forms, sha256 } = this.#ticket;
    if (forms >= MOST_FORMS) throw new AttemptFailed('GONE');
    this.#keep({ key, forms: forms + 1, ...(sha256 === undefined ? {} : { sha256 }) });
    return null;
  }

  async #untilChecked(): Promise<UploadEnd | null> {
    const { documentId } = this.#ticket;
    if (documentId === undefined) return null;
    for (let pollMs = POLL_MS; ; pollMs = Math.min(POLL_MAX_MS, pollMs * 1.5)) {
      this.#stopIfCancelled();
      const answer = await this.#call('GET', `/v1/documents/${documentId}`);
      if (!answer.ok) throw answer.failure;
      this.#failures = 0;
      const view = answer.body as DocumentView;
      if (view.status === 'processed') return { kind: 'clean', document: view };
      if (view.status === 'expired') return this.#nextForm();
      if (view.status === 'rejected') {
        const { code, text } = view.rejection ?? { code: 'PROCESSING_FAILED' as const, text: '' };
        return { kind: 'rejected', documentId, code, text, advice: adviceOf(code) };
      }
      if (this.#state.kind !== 'checking')
        this.#show({ kind: 'checking', documentId, queuePosition: 0, estimatedWaitMs: 0 });
      await this.#sleep(pollMs);
    }
  }

  /** @returns the end, when another attempt cannot succeed */
  #afterFailure(error: unknown): UploadEnd | null {
    if (this.#abort.signal.aborted) return { kind: 'cancelled' };
    this.#failures += 1;
    const code = codeOf(error);
    const isOver = actionOf(code) !== 'retry' || this.#failures > MOST_FAILURES;
    return isOver ? { kind: 'failed', code } : null;
  }

  async #waitAfter(error: unknown): Promise<void> {
    const bound = Math.min(WAIT_MAX_MS, WAIT_MS * 2 ** Math.min(this.#failures - 1, 10));
    const asked = error instanceof AttemptFailed ? error.afterMs : 0;
    const retryInMs = Math.round(asked + this.#clock.random() * bound);
    this.#show({ kind: 'waiting', code: codeOf(error), retryInMs });
    await this.#sleep(retryInMs);
  }

  #sleep(ms: number): Promise<void> {
    if (this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#timer.clear();
        resolve();
      };
      this.#timer.set(ms, resolve);
    });
  }

  async #call(
    method: 'GET' | 'POST',
    path: string,
    { key, body }: { key?: string; body?: object } = {},
  ): Promise<Answer> {
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    if (key !== undefined) headers['Idempotency-Key'] = key;
    const { response, read } = await this.#within(CALL_MS, async (signal) => {
      const answer = await this.#options.session.fetch(path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal,
      });
      return { response: answer, read: (await answer.json()) as unknown };
    });
    if (response.ok) return { ok: true, body: read };
    const { code, retryAfterMs } = (read ?? {}) as { code?: unknown; retryAfterMs?: unknown };
    const known = isErrorCode(code) ? code : 'UNAVAILABLE';
    const afterMs = typeof retryAfterMs === 'number' ? retryAfterMs : 0;
    return { ok: false, code: known, afterMs, failure: new AttemptFailed(known, afterMs) };
  }

  /** The signal ends the work with the upload, and when the limit has passed. @throws RidelineError TIMEOUT */
  async #within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = this.#abort;
    const controller = new AbortController();
    const stop = () => controller.abort();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
    try {
      return await within(this.#clock, limitMs, work(controller.signal));
    } finally {
      signal.removeEventListener('abort', stop);
      stop();
    }
  }

  #stopIfCancelled(): void {
    if (this.#abort.signal.aborted) throw new AttemptFailed('GONE');
  }

  #keep(ticket: UploadTicket): void {
    this.#ticket = ticket;
    this.#tell(() => this.#options.onTicket?.(ticket));
  }

  /** An error in the app's callback is none of the upload. */
  #tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      (this.#options.onListenerError ?? reportListenerError)(error);
    }
  }

  #show<State extends UploadState>(state: State): State {
    this.#state = state;
    this.#tell(() => this.#options.onState?.(state));
    return state;
  }
}

type Answer =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      readonly code: ErrorCode;
      readonly afterMs: number;
      readonly failure: AttemptFailed;
    };

/** Whatever else was thrown is a network that was cut, or an answer of a proxy. */
function codeOf(error: unknown): ErrorCode {
  return knownCodeOf(error) ?? 'UNAVAILABLE';
}

/** Uploads a document; begins at once. See `DocumentUpload`. */
export function uploadDocument(options: UploadOptions): DocumentUpload {
  return new DocumentUpload(options);
}
