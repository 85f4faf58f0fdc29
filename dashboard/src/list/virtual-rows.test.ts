import { describe, expect, it } from 'vitest';
import { rowsInView, scrollToRow } from './virtual-rows.ts';

describe('virtual rows', () => {
  it('MAP-9: only the rows in view and a few around them are drawn', () => {
    expect(rowsInView(0, 320, 32, 10_000)).toEqual({ first: 0, end: 16 });
    expect(rowsInView(3200, 320, 32, 10_000)).toEqual({ first: 94, end: 116 });
    expect(rowsInView(3200, 320, 32, 4)).toEqual({ first: 4, end: 4 });
    expect(rowsInView(0, 320, 32, 0)).toEqual({ first: 0, end: 0 });
  });

  it('MAP-10: the selected row is scrolled into view, and not moved when it is visible', () => {
    expect(scrollToRow(5, 0, 320, 32, 32)).toBeNull();
    expect(scrollToRow(50, 0, 320, 32, 32)).toBe(50 * 32 + 64 - 320);
    expect(scrollToRow(2, 640, 320, 32, 32)).toBe(64);
  });
});
