import { expect, it } from 'vitest';
import { csvCell, csvLine } from './csv.ts';

it('ADM-31: a cell that a spreadsheet would run as a formula is text; quotes, commas and lines are kept', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil","x")'])
    expect(csvCell(text).replace(/^"/, '')[0]).toBe("'");
  for (const text of [' =1+1', '\u00a0-1', '＝1+1', '\n=1', '-2-3'])
    expect(csvCell(text).replace(/^"/, '')[0]).toBe("'");
  expect(csvCell('a=b')).toBe('a=b');
  expect(csvCell(-5)).toBe('-5');
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', null, 7])).toBe('"a,b","say ""hi""","two\nlines",,7\r\n');
});

it('ADM-31: text that looks like a number or a date stays text', () => {
  for (const text of ['00042', '1e5', '1E5', '3-4', '1/2/26', '12:30', '1.000', '12345678901234567890'])
    expect(csvCell(text)).toBe(`'${text}`);
  for (const text of [
    'boot-1',
    '2026-03-01',
    '2026-03-01T12:00:00.000Z',
    '019f1e5a-0000-7000-8000-000000000001',
    'standard',
    '1e',
    'v1.2',
  ])
    expect(csvCell(text)).toBe(text);
});
