import { expect, it } from 'vitest';
import { csvCell, csvLine } from './csv.ts';

it('ADM-31: a cell that a spreadsheet would run as a formula is text; quotes, commas and lines are kept', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil","x")'])
    expect(csvCell(text).replace(/^"/, '')[0]).toBe("'");
  expect(csvCell('a=b')).toBe('a=b');
  expect(csvCell(-5)).toBe('-5');
  expect(csvLine(['a,b', 'say "hi"', 'two\nlines', null, 7])).toBe('"a,b","say ""hi""","two\nlines",,7\r\n');
});
