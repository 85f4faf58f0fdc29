/** An id of this length is in no other by accident, whatever stands beside it; ours are UUIDs. */
const UNMISTAKABLE = 20;

/** Matches an id; a short one only where it stands as a word of its own: `rider-1` is not in `rider-10`. */
export function idPattern(id: string): RegExp {
  if (id.length >= UNMISTAKABLE) return new RegExp(id.replaceAll('-', '\\-'), 'g');
  return new RegExp(`(?<![A-Za-z0-9_-])${id.replaceAll('-', '\\-')}(?![A-Za-z0-9_-])`, 'g');
}

/** Whether a text, or anything in a document, holds the id. */
export function holdsId(value: unknown, id: string): boolean {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.includes(id) && idPattern(id).test(text);
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null;
}

/** A copy that has the pseudonym wherever the id stood, in names of fields too. Dates and other classes stay as they are. */
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
