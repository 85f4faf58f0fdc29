import type { TextKey } from '../language/english.ts';
import { english } from '../language/english.ts';
import type { Words } from '../language/language.ts';
import { WrongRole } from './account.ts';

/** The code of an error of the SDK or of a problem of the API; null when it has none. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** A sentence for a person. `context`: where the same code means something more exact, as in `error.CONFLICT.account`. */
export function errorText(
  { text }: Words,
  error: unknown,
  context?: 'account' | 'request',
  role?: string,
): string {
  if (error instanceof WrongRole) return text(`account.wrongRole.${role}` as TextKey);
  const code = codeOf(error) ?? (error instanceof TypeError ? 'UNAVAILABLE' : 'INTERNAL');
  const keys = [`error.${code}.${context}`, `error.${code}`].filter((key) => key in english) as TextKey[];
  const [key] = keys;
  return key === undefined ? `${text('error.other')} ${text('error.code', { code })}` : text(key);
}
