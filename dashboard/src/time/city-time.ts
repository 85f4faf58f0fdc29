/** Times in the city's time zone: the operator may be in another one. */
export interface CityTime {
  /** `18:12:31` */
  clock(ms: number): string;
  /** `2008-06-06`, as date fields have it */
  day(ms: number): string;
  /** `6 Jun 2008` */
  date(ms: number): string;
  /** `6 Jun 2008 18:12:31 PDT` */
  exact(ms: number): string;
}

/** @param timeZone IANA name of the city's time zone, from `city.json` */
export function cityTime(timeZone: string): CityTime {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  const date = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
  });
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', calendar: 'gregory' });
  const zone = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' });
  const zoneName = (ms: number) =>
    zone.formatToParts(ms).find((part) => part.type === 'timeZoneName')?.value ?? '';
  return {
    clock: (ms) => clock.format(ms),
    day: (ms) => day.format(ms),
    date: (ms) => date.format(ms),
    exact: (ms) => `${date.format(ms)} ${clock.format(ms)} ${zoneName(ms)}`,
  };
}
