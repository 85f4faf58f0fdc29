import { documentReviewListSchema } from '@rideline/contract';
import { expect, it } from 'vitest';
import { cityTime } from '../time/city-time.ts';
import { factName, factText, isDay, lastDayOf, sizeText, statusText } from './document-labels.ts';

const [view] = documentReviewListSchema.parse({
  documents: [
    {
      documentId: '01890000-0000-7000-8000-000000000000',
      userId: 'u-1',
      type: 'insurance',
      status: 'processed',
      version: 4,
      size: 1000,
      contentType: 'application/pdf',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      expiresAt: null,
      rejection: null,
      review: { state: 'pending', reason: null, at: null },
      validUntil: null,
      validUntilDay: null,
      facts: null,
    },
  ],
  next: null,
}).documents;

it('MAP-24: size, facts, status and validity of a document are shown as text', () => {
  expect([sizeText(10), sizeText(300_000), sizeText(2_500_000)]).toEqual(['1 KB', '293 KB', '2.4 MB']);
  expect([factName('capturedAt'), factName('page_count'), factText(true), factText(12)]).toEqual([
    'Captured at',
    'Page count',
    'Yes',
    '12',
  ]);
  if (view === undefined) throw new Error('no document');
  expect(statusText(view)).toBe('Waiting for review');
  expect(statusText({ ...view, status: 'granted', review: null })).toBe('Not uploaded yet');
  expect(
    statusText({
      ...view,
      status: 'rejected',
      review: null,
      rejection: { code: 'PDF_ACTIVE_CONTENT', text: 'Scripts' },
    }),
  ).toBe('Scripts');
  expect(statusText({ ...view, review: { state: 'lapsed', reason: null, at: null } })).toBe('Expired');
  expect(['2027-02-28', 'tomorrow', ''].map(isDay)).toEqual([true, false, false]);
  // The end of 28 February in Los Angeles.
  const time = cityTime('America/Los_Angeles');
  const validUntil = '2027-03-01T07:59:59.999Z';
  expect(lastDayOf({ ...view, validUntil, validUntilDay: null }, time)).toBe('2027-02-28');
  expect(lastDayOf({ ...view, validUntil, validUntilDay: '2027-03-01' }, time)).toBe('2027-03-01');
  expect(lastDayOf({ ...view, validUntil: null, validUntilDay: null }, time)).toBe(null);
});
