import type { TextKey } from './english.ts';
import { languageSetting, textOf } from './language.ts';

/** Keeps the page's language and title as the person chose: screen readers pronounce the page by it. */
export function followLanguage(title: TextKey): void {
  const setting = languageSetting();
  const show = () => {
    document.documentElement.lang = setting.get();
    document.title = textOf(setting.get(), title);
  };
  setting.subscribe(show);
  show();
}
