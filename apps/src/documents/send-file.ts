import {
  type DocumentUpload,
  type Session,
  type UploadState,
  uploadDocument,
  xhrSender,
} from '@rideline/sdk/rider';

/** Types of files that the server accepts. */
export const FILE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'application/pdf'] as const;
type FileType = (typeof FILE_TYPES)[number];
/** The documents that the apps have a name for; the server's table has the same (docs/reference/documents.md). */
export type DocumentType =
  | 'driving_licence'
  | 'vehicle_registration'
  | 'insurance'
  | 'background_check'
  | 'profile_photo';

export const isFileType = (type: string): type is FileType =>
  (FILE_TYPES as readonly string[]).includes(type);

/** Uploads a file of this browser by the SDK, which continues whatever is cut. */
export function sendFile(
  session: Session,
  type: DocumentType,
  file: File & { readonly type: string },
  contentType: FileType,
  onState: (state: UploadState) => void,
): DocumentUpload {
  return uploadDocument({
    session,
    type,
    contentType,
    body: file,
    size: file.size,
    sha256: () => sha256Of(file),
    send: xhrSender(() => new XMLHttpRequest()),
    onState,
  });
}

async function sha256Of(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
