import { expect, it } from 'vitest';
import { pageStorage } from './page-storage.ts';
import { storedSetting } from './stored-setting.ts';

/** A browser's `Storage`: its keys are properties. */
function browserStorage(most: number): Storage {
  const methods = {
    getItem: (key: string) => (values as Record<string, string>)[key] ?? null,
    setItem: (key: string, value: string) => {
      if (Object.keys(values).length >= most) throw new DOMException('full', 'QuotaExceededError');
      (values as Record<string, string>)[key] = value;
    },
    removeItem: (key: string) => delete (values as Record<string, string>)[key],
  };
  const values = Object.create(methods);
  return values;
}

it('SDK-155: what a browser refuses to store is held until the page is closed', () => {
  const refused = pageStorage(() => {
    throw new DOMException('Access is denied for this document.', 'SecurityError');
  });
  const full = pageStorage(() => browserStorage(1));
  full.setItem('first', '0');
  for (const storage of [refused, full, pageStorage(() => browserStorage(9))]) {
    storage.setItem('a', '1');
    expect([storage.getItem('a'), storage.getItem('b')]).toEqual(['1', null]);
    expect(storage.keys()).toContain('a');
    const setting = storedSetting('theme', ['light', 'dark'], 'light', storage);
    setting.set('dark');
    expect([setting.get(), storedSetting('theme', ['light', 'dark'], 'light', storage).get()]).toEqual([
      'dark',
      'dark',
    ]);
    storage.removeItem('a');
    expect(storage.getItem('a')).toBeNull();
  }
});

it('SDK-155: a value that can no longer be stored does not leave the one from before', () => {
  const browser = browserStorage(2);
  const storage = pageStorage(() => browser);
  storage.setItem('token', 'spent');
  browser.setItem('other', 'x');
  storage.setItem('token', 'next');
  expect([storage.getItem('token'), browser.getItem('token')]).toEqual(['next', null]);
});
