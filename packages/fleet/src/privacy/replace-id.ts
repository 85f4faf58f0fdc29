/** An id of this length does not occur in another text by accident; ids of the server are UUIDs. */
const UNAMBIGUOUS_LENGTH = 20;

/** Matches an id; a short one only as a whole word: `rider-1` is not in `rider-10`. */
export function idPattern(id: string): RegExp {
  if (id.length >= UNAMBIGUOUS_LENGTH) return new RegExp(id.replaceAll('-', '\\-'), 'g');
  return new RegExp(`(?<![A-Za-z0-9_-])${id.replaceAll('-', '\\-')}(?![A-Za-z0-9_-])`, 'g');
}

/** Whether a text, or any part of a document, contains the id. */
export function holdsId(value: unknown, id: string): boolean {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.includes(id) && idPattern(id).test(text);
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}

/** A copy with the id replaced by the pseudonym everywhere, field names included. Dates and other class instances are kept. */
export function replaceId<Value>(value: Value, id: string, pseudonym: string): Value {
  const pattern = idPattern(id);
  const copy = (part: unknown): unknown => {
    if (typeof part === 'string') return part.includes(id) ? part.replace(pattern, pseudonym) : part;
    if (Array.isArray(part)) return part.map(copy);
    if (typeof part !== 'object' || part === null || !isPlain(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [copy(name), copy(inner)]));
  };
  return copy(value) as Value;
}
