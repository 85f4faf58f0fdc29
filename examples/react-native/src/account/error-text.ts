import { errorFrom } from '@rideline/sdk';

/** A sentence for a person, by what they can do. An app with a catalogue has one text for each code of docs/reference/errors.md. */
export function errorText(error: unknown): string {
  const { code, advice } = errorFrom(error);
  switch (advice.action) {
    case 'retry':
      return 'The server is busy or out of reach. Try again.';
    case 'sign_in':
      return 'Login or password is wrong, or the session is over.';
    case 'update_app':
      return 'Please update the app.';
    case 'give_up':
      return code === 'GONE' ? 'Too late: this is over.' : `This is not possible now (${code}).`;
    case 'fix_call':
      return `The server does not accept this (${code}).`;
  }
}
