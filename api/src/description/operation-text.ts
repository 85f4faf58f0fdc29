import type { LimitClass, Route } from '../http/route.ts';

const LIMIT_TEXTS: Readonly<Record<LimitClass, string>> = {
  none: 'Not counted against a request limit.',
  critical: 'Counts against the budget `critical`; shed last under overload.',
  standard: 'Counts against the budget `standard`; shed under overload.',
  upload: 'Counts against the budget `upload`; shed under overload.',
  'sign-in': 'Counts against the budgets of sign-in; shed under overload.',
};

/** The first sentence, without its full stop: lists show it alone. A dot within a word or a number ends nothing. */
function firstSentence(text: string): string {
  const [first = text] = text.split(/(?<=\.)\s+(?=[A-Z`])|;\s+|: /);
  return first.replace(/[.;:]$/, '');
}

/** `summary` and `description` of an operation: what its declaration says, and what follows from it. */
export function operationText(one: Route): { summary: string; description: string } {
  const lines = [
    one.summary,
    one.access === 'public'
      ? 'No token is needed.'
      : `For tokens of the role ${one.access.map((role) => `\`${role}\``).join(', ')}.`,
    LIMIT_TEXTS[one.limit],
    one.idempotent ? 'Takes an `Idempotency-Key`.' : '',
    one.deprecated === undefined
      ? ''
      : `Deprecated since ${one.deprecated.since}, removed on ${one.deprecated.sunset}${
          one.deprecated.successor === undefined ? '' : `; use \`${one.deprecated.successor}\``
        }.`,
  ];
  return {
    summary: firstSentence(one.summary),
    description: lines.filter((line) => line !== '').join('\n\n'),
  };
}
