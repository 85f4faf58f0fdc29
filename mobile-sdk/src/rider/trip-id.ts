import { inOneCase, OUTSIDE_ID, type TripId } from '@rideline/contract';
import { RidelineError } from '../errors/rideline-error.ts';

/** @throws RidelineError VALIDATION: the text is no id that a trip can have */
export function tripIdOf(text: string): TripId {
  if (!OUTSIDE_ID.test(text)) throw new RidelineError('VALIDATION', { message: 'not the id of a trip' });
  return inOneCase(text) as TripId;
}
