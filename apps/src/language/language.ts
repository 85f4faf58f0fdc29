import type { Store } from '@rideline/dashboard/store';
import { storedSetting } from '../state/stored-setting.ts';
import { useStore } from '../state/use-store.ts';
import { type Catalogue, english, type TextKey } from './english.ts';
import { type Formats, formatsOf } from './formats.ts';
import { vietnamese } from './vietnamese.ts';

/** The languages of the apps, each under its own name. */
export const LANGUAGES = { en: 'English', vi: 'Tiếng Việt' } as const;
export type Language = keyof typeof LANGUAGES;

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: english, vi: vietnamese };

export type Values = Readonly<Record<string, string | number>>;

/** The text of a key. `{name}` in it is replaced by `values.name`. */
export function textOf(language: Language, key: TextKey, values: Values = {}): string {
  return CATALOGUES[language][key].replace(/\{(\w+)\}/g, (place, name: string) =>
    String(values[name] ?? place),
  );
}

/** The first of the browser's languages that the apps have; English otherwise. */
export function preferredLanguage(languages: readonly string[]): Language {
  const found = languages
    .map((tag) => tag.split('-')[0]?.toLowerCase())
    .find((tag) => tag && tag in LANGUAGES);
  return (found ?? 'en') as Language;
}

let setting: Store<Language> | undefined;

/** The chosen language of this browser. */
export function languageSetting(): Store<Language> {
  setting ??= storedSetting(
    'rideline.language',
    Object.keys(LANGUAGES) as Language[],
    preferredLanguage(navigator.languages),
  );
  return setting;
}

export interface Words extends Formats {
  readonly language: Language;
  readonly text: (key: TextKey, values?: Values) => string;
}

const words = new Map<Language, Words>();

/** Texts, amounts, distances and times in one language. */
export function wordsOf(language: Language): Words {
  const known = words.get(language);
  if (known !== undefined) return known;
  const made: Words = {
    language,
    text: (key, values) => textOf(language, key, values),
    ...formatsOf(language),
  };
  words.set(language, made);
  return made;
}

/** The words of the chosen language; the component renders again when another one is chosen. */
export function useWords(): Words {
  return wordsOf(useStore(languageSetting()));
}
