import { describe, expect, it } from 'vitest';
import { commandFor, type KeyPress } from './keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  inText: false,
  onMap: false,
  ...more,
});

describe('keys', () => {
  it('MAP-10: letters are commands outside text fields; Escape and the arrows always are', () => {
    expect(['/', 'f', '?', 'Escape', 'ArrowDown', 'ArrowUp'].map((key) => commandFor(press(key)))).toEqual([
      'search',
      'follow',
      'help',
      'close',
      'next',
      'previous',
    ]);
    expect(['/', 'f', '?', 'Home'].map((key) => commandFor(press(key, { inText: true })))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(commandFor(press('Escape', { inText: true }))).toBe('close');
    expect(commandFor(press('ArrowDown', { inText: true }))).toBe('next');
  });

  it('MAP-10: shortcuts of the browser and arrows on the map are left alone', () => {
    expect(commandFor(press('f', { ctrlKey: true }))).toBeNull();
    expect(commandFor(press('ArrowUp', { onMap: true }))).toBeNull();
    expect(commandFor(press('x'))).toBeNull();
  });
});
