import { CodedError } from '@rideline/contract';

/** Data loaded from the API. */
export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: CodedError };

export function failedWith(error: unknown): Extract<Loaded<never>, { kind: 'failed' }> {
  const coded = error instanceof CodedError ? error : new CodedError('INTERNAL', undefined, { cause: error });
  return { kind: 'failed', error: coded };
}
