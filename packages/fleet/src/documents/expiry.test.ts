import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expiryStep, REMINDER_DAYS } from './expiry.ts';

const DAY = 86_400_000;

it('DOC-61: reminders are due 30, 15 and 1 day before the end, then the end', () => {
  const end = 100 * DAY;
  expect(expiryStep(0, end, 69 * DAY)).toEqual({ due: 'nothing', next: 70 * DAY });
  expect(expiryStep(0, end, 70 * DAY)).toEqual({ due: 'reminder', days: 30, next: 85 * DAY });
  expect(expiryStep(0, end, 86 * DAY)).toEqual({ due: 'reminder', days: 15, next: 99 * DAY });
  expect(expiryStep(0, end, 99 * DAY)).toEqual({ due: 'reminder', days: 1, next: end });
  expect(expiryStep(0, end, end)).toEqual({ due: 'end_validity' });
});

it('DOC-61: a reminder before the approval is left out', () => {
  expect(expiryStep(80 * DAY, 100 * DAY, 81 * DAY)).toEqual({ due: 'nothing', next: 85 * DAY });
});

it('DOC-61: checks at each due time yield each reminder once, in order, and then the end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 90 * DAY }),
      fc.array(fc.nat(5 * DAY), { maxLength: 20 }),
      (approvedAt, late) => {
        const end = 100 * DAY;
        const seen: number[] = [];
        let at = approvedAt;
        for (let look = 0; look < 20; look += 1) {
          const step = expiryStep(approvedAt, end, at);
          if (step.due === 'end_validity') break;
          if (step.due === 'reminder') seen.push(step.days);
          expect(step.next).toBeGreaterThan(at);
          at = step.next + (late[look] ?? 0);
        }
        expect(at).toBeGreaterThanOrEqual(end);
        expect(seen).toEqual(REMINDER_DAYS.filter((days) => seen.includes(days)));
      },
    ),
  );
});
