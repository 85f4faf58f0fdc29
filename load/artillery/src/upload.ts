import { createHash, randomUUID } from 'node:crypto';
import type { DocumentAccepted, DocumentGrant, DocumentView, Notification } from '@rideline/contract';
import { OperationFailed } from './codes.ts';
import type { Lab } from './lab.ts';
import type { OperationName } from './metrics.ts';
import type { Pictures } from './picture.ts';
import { untilFinal } from './repeat.ts';
import { formOf, type RestAnswer, type RestRequest } from './rest.ts';
import type { Session } from './session.ts';
import type { Role } from './tokens.ts';

const TRY_MS = 120_000;
const FORM_SECONDS = 3600;
/** The status is read this seldom, since a notification says it too; a queue of thousands would be read thousands of times a second. */
const STATUS_MS = 60_000;
const DONE = ['processed', 'rejected', 'expired'];

/** One user's uploads: form, file, report, and the wait for the clean copy. */
export class Uploader {
  readonly #lab: Lab;
  readonly #session: Session;
  readonly #role: Role;
  readonly #pictures: Pictures;
  readonly #done = new Map<string, (status: string) => void>();
  #number = 0;

  constructor(lab: Lab, about: { session: Session; role: Role; pictures: Pictures }) {
    this.#lab = lab;
    this.#session = about.session;
    this.#role = about.role;
    this.#pictures = about.pictures;
  }

  onNotification({ data }: Notification): void {
    const { documentId, status } = data as { documentId?: unknown; status?: unknown };
    if (typeof documentId === 'string' && typeof status === 'string' && DONE.includes(status))
      this.#done.get(documentId)?.(status);
  }

  /** Uploads the file that was due at this instant. Resolves when it is processed, or the load is over. */
  async upload(dueMs: number): Promise<void> {
    const { recorder, nowMs } = this.#lab;
    try {
      const grant = await this.#sendFile(dueMs);
      const reportedMs = nowMs();
      await this.#complete(grant.documentId);
      recorder.observe('upload.complete', nowMs() - reportedMs);
      recorder.count('uploads.accepted');
      const acceptedMs = nowMs();
      const status = await this.#untilDone(grant.documentId);
      if (status === null) return;
      recorder.observe('upload.processed', nowMs() - acceptedMs);
      recorder.count(status === 'processed' ? 'uploads.processed' : 'uploads.rejected');
    } catch (error) {
      // Counted by its code; this upload is given up.
      if (!(error instanceof OperationFailed)) throw error;
    }
  }

  async #sendFile(dueMs: number): Promise<DocumentGrant> {
    const { recorder, nowMs } = this.#lab;
    const file = this.#pictures.of(`${this.#session.id} ${this.#number++}`);
    const sha256 = createHash('sha256').update(file).digest('hex');
    const type = this.#role === 'driver' ? 'driving_licence' : 'profile_photo';
    const form = await this.#call('upload.form', {
      method: 'POST',
      url: '/v1/documents',
      headers: { 'idempotency-key': randomUUID() },
      body: { type, contentType: 'image/png', size: file.length, sha256, expiresInSeconds: FORM_SECONDS },
    });
    recorder.observe('upload.form', nowMs() - dueMs);
    const grant = form.body as DocumentGrant;
    const { documentId, presignedUrl, fields } = grant;
    this.#lab.note({
      kind: 'upload.granted',
      userId: this.#session.id,
      documentId,
      type,
      size: file.length,
      sha256,
      expect: 'processed',
    });
    const sentMs = nowMs();
    recorder.count('operations.sent');
    await this.#send('upload.put', () => {
      const { body, type: contentType } = formOf(fields, file);
      return this.#lab.rest.call({
        method: 'POST',
        url: presignedUrl,
        headers: { 'content-type': contentType },
        body,
      });
    });
    recorder.observe('upload.put', nowMs() - sentMs);
    recorder.count('uploads.bytes', file.length);
    return grant;
  }

  async #complete(documentId: string): Promise<void> {
    const about = { kind: 'upload.completed', userId: this.#session.id, documentId } as const;
    this.#lab.recorder.count('operations.sent');
    try {
      const answer = await this.#call('upload.complete', {
        method: 'POST',
        url: `/v1/documents/${documentId}/complete`,
      });
      const { jobId } = answer.body as DocumentAccepted;
      this.#lab.note({ ...about, status: answer.status, jobId, code: null });
    } catch (error) {
      if (error instanceof OperationFailed) {
        const { status, code } = error;
        this.#lab.note({ ...about, status, jobId: null, code });
      }
      throw error;
    }
  }

  /** The last status; null when the load is over before. */
  async #untilDone(documentId: string): Promise<string | null> {
    const done = Promise.withResolvers<string | null>();
    this.#done.set(documentId, done.resolve);
    const stopListening = this.#lab.onEnding(() => done.resolve(null));
    const timer = setInterval(() => {
      void this.#readStatus(documentId).then((status) => {
        if (status !== null && DONE.includes(status)) done.resolve(status);
      });
    }, STATUS_MS);
    const status = await done.promise;
    clearInterval(timer);
    stopListening();
    this.#done.delete(documentId);
    return status;
  }

  async #readStatus(documentId: string): Promise<string | null> {
    this.#lab.recorder.count('operations.sent');
    try {
      const { body } = await this.#lab.rest.call({
        method: 'GET',
        url: `/v1/documents/${documentId}`,
        token: this.#session.token,
      });
      return (body as DocumentView).status;
    } catch (error) {
      if (!(error instanceof OperationFailed)) throw error;
      this.#lab.recorder.failed('upload.status', error.code);
      return null;
    }
  }

  #call(operation: OperationName, request: RestRequest): Promise<RestAnswer> {
    return this.#send(operation, () => this.#lab.rest.call({ ...request, token: this.#session.token }));
  }

  #send(operation: OperationName, call: () => Promise<RestAnswer>): Promise<RestAnswer> {
    const { recorder, nowMs } = this.#lab;
    return untilFinal({ operation, recorder, nowMs, untilMs: nowMs() + TRY_MS }, call);
  }
}
