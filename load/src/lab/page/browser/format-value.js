/** By decimals: to make a format takes longer than to use it a hundred times, and a page has tens of thousands of figures. */
const FORMATS = [0, 1, 2, 3, 4].map(
  (decimals) => new Intl.NumberFormat('en-GB', { maximumFractionDigits: decimals }),
);

/**
 * Figures as a reader sees them, in the tables (Node) and in the axes and legends (browser): both run this file. English grouping,
 * about three significant digits.
 * @param {number} value
 */
export function formatNumber(value) {
  const size = Math.abs(value);
  const decimals = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
  return FORMATS[decimals]?.format(value) ?? String(value);
}

/**
 * `0:05`, `12:30`, `1:02:30` from the beginning of the run.
 * @param {number} seconds
 */
export function formatClock(seconds) {
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

/** @param {number} ms */
function formatMs(ms) {
  if (Math.abs(ms) < 1000) return `${formatNumber(ms)} ms`;
  if (Math.abs(ms) < 120_000) return `${formatNumber(ms / 1000)} s`;
  return `${formatClock(ms / 1000)} min`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** @param {number} bytes */
function formatBytes(bytes) {
  let value = bytes;
  let at = 0;
  while (Math.abs(value) >= 1024 && at < BYTE_UNITS.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${formatNumber(value)} ${BYTE_UNITS[at]}`;
}

/**
 * @param {number | null} value
 * @param {string} unit as in the report: `ms`, `s`, `bytes`, `share`, `/s` or `per second`; any other word is put behind the number
 */
export function formatValue(value, unit) {
  if (value === null) return '–';
  switch (unit) {
    case 'ms':
      return formatMs(value);
    case 's':
      return formatMs(value * 1000);
    case 'bytes':
      return formatBytes(value);
    case 'share':
      return `${formatNumber(value * 100)} %`;
    case '/s':
    case 'per second':
      return `${formatNumber(value)}/s`;
    default:
      return unit === '' ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
  }
}
