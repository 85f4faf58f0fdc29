/** A spreadsheet takes a cell that begins so for a formula and runs it, also behind blanks and in full width (OWASP "CSV Injection"). */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;
/** Text that a spreadsheet would show as another number or as a date: 00042, 1e5, 3-4, 1/2/26. A day as ISO 8601 has it is one. */
const NUMBER = /^\s*[\d.,]*\d[\d.,]*(?:e[+-]?\d+)?\s*$/i;
const DATE = /^\s*(?!\d{4}-\d\d-\d\d$)\d{1,4}[-/.:]\d{1,4}(?:[-/.:]\d{1,4})?\s*$/;
const QUOTED = /[",\r\n]/;

/** One cell. Text that a spreadsheet would not show as it is is led by an apostrophe; numbers are as they are. */
export function csvCell(value: string | number | null): string {
  if (value === null) return '';
  // Readers of CSV differ about exponents.
  if (typeof value === 'number') return String(value).includes('e-') ? value.toFixed(7) : String(value);
  const safe = [FORMULA, NUMBER, DATE].some((form) => form.test(value)) ? `'${value}` : value;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line with its end, as RFC 4180 has it. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}
