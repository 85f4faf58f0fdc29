import { english, type TextKey } from '../language/english.ts';
import type { Words } from '../language/language.ts';

/** A notification in the app's language; the server's own title for kinds that the app does not know. */
export function notificationText({ text }: Words, { kind, title }: { kind: string; title: string }): string {
  const key = `notification.${kind}`;
  return key in english ? text(key as TextKey) : title;
}
