import { RidelineError } from '../errors/rideline-error.ts';

type Parameters = Readonly<Record<string, unknown>>;

/**
 * A path template with its parameters: `/v1/trips/{tripId}` and a query. Lists repeat their name. Written without `URL` and
 * `URLSearchParams`, which Hermes has in part only.
 * @throws RidelineError VALIDATION: a parameter of the path is missing, and another path would be called
 */
export function addressOf(template: string, path: Parameters = {}, query: Parameters = {}): string {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = path[name];
    if (value === undefined || value === null || value === '')
      throw new RidelineError('VALIDATION', { message: `The path parameter ${name} is missing.` });
    return encodeURIComponent(String(value));
  });
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((each) => each !== undefined && each !== null)
      .map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(String(each))}`),
  );
  return pairs.length === 0 ? filled : `${filled}?${pairs.join('&')}`;
}
