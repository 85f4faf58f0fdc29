import type { DocumentFacts, DocumentType, DocumentView } from '@rideline/contract';
import type { CityTime } from '../time/city-time.ts';

export const DOCUMENT_NAMES: Readonly<Record<DocumentType, string>> = {
  driving_licence: 'Driving licence',
  vehicle_registration: 'Vehicle registration',
  insurance: 'Insurance',
  background_check: 'Background check',
  profile_photo: 'Profile photo',
};

const MIB = 1024 * 1024;

export function sizeText(bytes: number): string {
  if (bytes >= MIB) return `${(bytes / MIB).toFixed(1)} MB`;
  return `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

/** `capturedAt` → `Captured at`; facts added by a newer worker are shown under their own name. */
export function factName(key: string): string {
  const words = key.replace(/[_-]+/g, ' ').replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

export function factText(value: DocumentFacts[string]): string {
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return String(value);
}

/** The status of a document as text. */
export function statusText({ status, review, rejection }: DocumentView): string {
  if (status === 'rejected') return rejection?.text ?? 'Rejected';
  if (status !== 'processed')
    return {
      granted: 'Not uploaded yet',
      uploaded: 'Waiting for processing',
      processing: 'Processing',
      expired: 'Upload expired',
    }[status];
  switch (review?.state) {
    case 'approved':
      return 'Approved';
    case 'rejected':
      return 'Rejected by a reviewer';
    case 'lapsed':
      return 'Expired';
    default:
      return 'Waiting for review';
  }
}

/** Whether a date field is filled in. The API ends the day in the zone of the region. */
export function isDay(day: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(day);
}

/** The last day on which a document is valid; null when it does not expire. */
export function lastDayOf({ validUntil, validUntilDay }: DocumentView, time: CityTime): string | null {
  return validUntilDay ?? (validUntil === null ? null : time.day(Date.parse(validUntil)));
}
