/** Amounts, distances and times as people of a language read them. */
export interface Formats {
  /** An amount in minor units of an ISO 4217 currency. */
  money(minor: number, currency: string): string;
  /** `850 m`, `3.2 km` */
  distance(metres: number): string;
  /** `45 sec`, `7 min` */
  duration(seconds: number): string;
  /** `12 sec`, in whole seconds, rounded up: what is left of a countdown. */
  secondsLeft(ms: number): string;
  percent(share: number): string;
  /** `7 Jun, 18:05` */
  moment(epochMs: number): string;
  /** `7 June 2027` */
  day(isoDay: string): string;
  megabytes(bytes: number): string;
}

/**
 * Digits of a currency's minor unit in ISO 4217, where `Intl` has those in use instead. The API's amounts count in units of the standard.
 */
const ISO_DIGITS: Readonly<Record<string, number>> = {
  AFN: 2,
  ALL: 2,
  COP: 2,
  HUF: 2,
  IDR: 2,
  IQD: 3,
  IRR: 2,
  KPW: 2,
  LAK: 2,
  LBP: 2,
  MGA: 2,
  MMK: 2,
  PKR: 2,
  RSD: 2,
  SLE: 2,
  SOS: 2,
  SYP: 2,
  TZS: 2,
  UZS: 2,
  YER: 2,
};

const SECONDS_PER_MINUTE = 60;

export function formatsOf(language: string): Formats {
  const unit = (name: string, digits = 0, display: 'short' | 'narrow' = 'short') =>
    new Intl.NumberFormat(language, {
      style: 'unit',
      unit: name,
      unitDisplay: display,
      maximumFractionDigits: digits,
    });
  const [metres, kilometres, seconds, minutes] = [
    unit('meter'),
    unit('kilometer', 1),
    unit('second'),
    unit('minute'),
  ];
  const megabytes = unit('megabyte', 1);
  const percent = new Intl.NumberFormat(language, { style: 'percent' });
  const moment = new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' });
  return {
    money(minor, currency) {
      const format = new Intl.NumberFormat(language, { style: 'currency', currency });
      const digits = ISO_DIGITS[currency] ?? format.resolvedOptions().maximumFractionDigits ?? 2;
      return format.format(minor / 10 ** digits);
    },
    distance: (value) =>
      value < 950 ? metres.format(Math.round(value / 10) * 10) : kilometres.format(value / 1000),
    duration: (value) =>
      value < SECONDS_PER_MINUTE
        ? seconds.format(Math.max(1, Math.round(value)))
        : minutes.format(Math.round(value / SECONDS_PER_MINUTE)),
    secondsLeft: (ms) => seconds.format(Math.max(0, Math.ceil(ms / 1000))),
    percent: (share) => percent.format(share),
    moment: (epochMs) => moment.format(epochMs),
    day: (isoDay) => day.format(Date.parse(isoDay)),
    megabytes: (bytes) => megabytes.format(bytes / 1_000_000),
  };
}
