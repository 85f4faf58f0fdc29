import type { RestClient } from '@rideline/sdk';

export type UploadStep =
  | { readonly kind: 'hashing' }
  | { readonly kind: 'sending'; readonly share: number }
  | { readonly kind: 'done' };

/** The types of files that the server accepts, with the ending for a file picker. */
export const FILE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
type FileType = (typeof FILE_TYPES)[number];

export const isFileType = (type: string): type is FileType =>
  (FILE_TYPES as readonly string[]).includes(type);

/**
 * Uploads one document: announces it, sends the file to the object store, and reports it. A repeat after any failure begins with a new
 * document; the unfinished one expires.
 * @throws the API's problem; Error when the object store refused the file
 */
export async function uploadDocument(
  rest: RestClient,
  type: string,
  file: File,
  onStep: (step: UploadStep) => void,
): Promise<void> {
  if (!isFileType(file.type)) throw new TypeError(`not a document: ${file.type}`);
  onStep({ kind: 'hashing' });
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const body = { type: type as 'insurance', size: file.size, contentType: file.type, sha256 };
  const granted = await rest.POST('/v1/documents', { body: body as never });
  if (granted.data === undefined) throw granted.error;
  const { documentId, presignedUrl, fields } = granted.data;
  await sendForm(presignedUrl, fields, file, (share) => onStep({ kind: 'sending', share }));
  const completed = await rest.POST('/v1/documents/{documentId}/complete', {
    params: { path: { documentId } },
  });
  if (completed.error !== undefined) throw completed.error;
  onStep({ kind: 'done' });
}

/** `fetch` reports no progress of what it sends. */
function sendForm(
  url: string,
  fields: Readonly<Record<string, string>>,
  file: File,
  onShare: (share: number) => void,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // The object store ignores every field after the file.
  form.append('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.upload.onprogress = ({ loaded, total }) => onShare(total === 0 ? 0 : loaded / total);
    request.onload = () =>
      request.status >= 200 && request.status < 300
        ? resolve()
        : reject(new Error(`the object store answered ${request.status}`));
    request.onerror = () => reject(new TypeError('the object store cannot be reached'));
    request.send(form);
  });
}
