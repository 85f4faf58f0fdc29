import { expect, it } from 'vitest';
import { endOfDay, startOfDay } from './calendar-day.ts';

it.each([
  ['UTC', '2027-02-28', '2027-02-28T23:59:59.999Z'],
  ['America/Los_Angeles', '2027-02-28', '2027-03-01T07:59:59.999Z'],
  ['Pacific/Honolulu', '2027-02-28', '2027-03-01T09:59:59.999Z'],
  ['Pacific/Auckland', '2027-02-28', '2027-02-28T10:59:59.999Z'],
  ['Asia/Kathmandu', '2027-02-28', '2027-02-28T18:14:59.999Z'],
  ['Pacific/Kiritimati', '2027-02-28', '2027-02-28T09:59:59.999Z'],
  // The day on which clocks go forward, and a year's last day.
  ['America/Los_Angeles', '2027-03-14', '2027-03-15T06:59:59.999Z'],
  ['Europe/Berlin', '2027-12-31', '2027-12-31T22:59:59.999Z'],
])('DOC-64: in %s %s ends at %s', (zone, day, end) => {
  expect(new Date(endOfDay(day, zone)).toISOString()).toBe(end);
});

it('DOC-64: a day whose midnight is skipped begins with its first moment', () => {
  // 8 September 2024: clocks in Santiago went from 24:00 to 01:00.
  expect(new Date(startOfDay('2024-09-08', 'America/Santiago')).toISOString()).toBe(
    '2024-09-08T04:00:00.000Z',
  );
});
