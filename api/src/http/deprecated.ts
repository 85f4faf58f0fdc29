/** A route that is going to be removed: since when that is announced, when it goes, and what to use instead. Days are `2027-01-31`, UTC. */
export interface Deprecated {
  readonly since: string;
  /** At least six months after `since` (docs/deprecation.md). */
  readonly sunset: string;
  /** Path of the route that replaces it. */
  readonly successor?: `/${string}`;
}

/** Where the policy is described. */
const POLICY = 'https://github.com/rideline/rideline/blob/main/docs/deprecation.md';

const atMidnight = (day: string) => new Date(`${day}T00:00:00Z`);

/** `Deprecation` (RFC 9745: a structured date), `Sunset` (RFC 8594: an HTTP date) and the links that both define. */
export function deprecationHeaders({ since, sunset, successor }: Deprecated): Record<string, string> {
  const links = [
    `<${POLICY}>; rel="deprecation"; type="text/html"`,
    ...(successor === undefined ? [] : [`<${successor}>; rel="successor-version"`]),
  ];
  return {
    Deprecation: `@${atMidnight(since).getTime() / 1000}`,
    Sunset: atMidnight(sunset).toUTCString(),
    Link: links.join(', '),
  };
}
