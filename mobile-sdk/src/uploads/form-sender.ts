import type { DocumentGrant } from '@rideline/contract';

/**
 * What is uploaded: a `Blob` or `File` of a browser or Node, or, in React Native, the file's address in the form that its `FormData` takes.
 */
export type UploadBody = Blob | { readonly uri: string; readonly name: string; readonly type: string };

/** One attempt to send a file. */
export interface FormPost {
  /** The signed form: its fields come first, the file last, as `file`. */
  readonly form: Pick<DocumentGrant, 'presignedUrl' | 'fields'>;
  readonly body: UploadBody;
  /** Bytes that have left the phone. Not every sender reports it. */
  readonly onSent: (bytes: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Sends a form to the object store.
 * @returns the HTTP status
 * @throws anything when there was no answer: the network was cut, or `signal` aborted
 */
export type FormSender = (post: FormPost) => Promise<number>;

function formDataOf({ form, body }: FormPost): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(form.fields)) data.append(name, value);
  // React Native's FormData takes an address in place of a Blob.
  data.append('file', body as Blob);
  return data;
}

/** Sends by `fetch`, which reports no progress. */
export function fetchSender(run: typeof fetch = fetch): FormSender {
  return async (post) => {
    const { form, signal } = post;
    const answer = await run(form.presignedUrl, { method: 'POST', body: formDataOf(post), signal });
    return answer.status;
  };
}

/** What is needed of `XMLHttpRequest`. The events are `never` here, so that a browser's own type, whose handlers take more, fits. */
export interface XhrLike {
  readonly status: number;
  readonly upload: { onprogress: ((event: never) => unknown) | null };
  onload: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  onabort: ((event: never) => unknown) | null;
  open(method: string, url: string): void;
  send(body: FormData): void;
  abort(): void;
}

/** Sends by `XMLHttpRequest`, in browsers and React Native: `xhrSender(() => new XMLHttpRequest())`. Reports progress. */
export function xhrSender(newRequest: () => XhrLike): FormSender {
  return (post) =>
    new Promise((resolve, reject) => {
      const { form, signal, onSent } = post;
      const request = newRequest();
      const cancel = () => request.abort();
      const settle = (finish: () => void) => () => {
        signal.removeEventListener('abort', cancel);
        finish();
      };
      request.upload.onprogress = ({ loaded }: { readonly loaded: number }) => onSent(loaded);
      request.onload = settle(() => resolve(request.status));
      // Without a reason: browsers hide it, and it may contain the signed address.
      request.onerror = settle(() => reject(new TypeError('the upload was cut')));
      request.onabort = settle(() => reject(new TypeError('the upload was stopped')));
      request.open('POST', form.presignedUrl);
      signal.addEventListener('abort', cancel);
      request.send(formDataOf(post));
    });
}
