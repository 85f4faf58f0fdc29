import { CodedError } from '@rideline/contract';

/** A stored document could not be put into the form for the outside; it was left out, or refused with UNPRESENTABLE. */
export type OnUnpresentable = (documentId: string, error: Error) => void;

type Identified = { readonly _id: unknown } | { readonly id: unknown };

/** The view of a document; null when it cannot be presented, which is reported. */
export function presentedOrNull<Doc extends Identified, View>(
  document: Doc,
  viewOf: (document: Doc) => View,
  onUnpresentable: OnUnpresentable,
): View | null {
  try {
    return viewOf(document);
  } catch (error) {
    onUnpresentable(String('_id' in document ? document._id : document.id), error as Error);
    return null;
  }
}

/** The views of documents, in their order. Without it one bad document would take every list and every export with it down. */
export function presented<Doc extends Identified, View>(
  documents: readonly Doc[],
  viewOf: (document: Doc) => View,
  onUnpresentable: OnUnpresentable,
): View[] {
  return documents.flatMap((document) => {
    const view = presentedOrNull(document, (one) => [viewOf(one)], onUnpresentable);
    return view ?? [];
  });
}

/**
 * The view of the one document that was asked for.
 * @param kind what it is, for people
 * @throws CodedError UNPRESENTABLE, which names the document
 */
export function presentedOne<Doc extends Identified, View>(
  kind: string,
  document: Doc,
  viewOf: (document: Doc) => View,
  onUnpresentable: OnUnpresentable,
): View {
  const view = presentedOrNull(document, (one) => [viewOf(one)], onUnpresentable);
  if (view !== null) return view[0] as View;
  const id = String('_id' in document ? document._id : document.id);
  throw new CodedError('UNPRESENTABLE', `The stored ${kind} ${id} cannot be presented.`);
}
