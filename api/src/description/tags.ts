/** Groups of operations: what each is about, and the first segments of their paths after the version. */
const TAGS = {
  accounts: {
    text: 'Registration, sessions and tokens, the caller’s own account, and accounts of other people for admins.',
    paths: ['accounts', 'sign-in', 'token', 'sign-out', 'sign-out-everywhere', 'me', 'users', '.well-known'],
  },
  home: { text: 'What an app shows first, in one answer.', paths: ['home'] },
  catalogue: {
    text: 'Tiers with their tariffs, promotions and fare estimates.',
    paths: ['catalogue', 'promotions', 'fares'],
  },
  trips: {
    text: 'Requests, their progress from search to end, the commands of riders, drivers and operators, and trips shared with people who have no account.',
    paths: ['trips', 'offers', 'shares', 's'],
  },
  drivers: {
    text: 'Search near a point, fixes, tracks, and the ledger that says which fixes are stored.',
    paths: ['drivers'],
  },
  notifications: {
    text: 'Notifications of the caller, and the phones that get them as push messages.',
    paths: ['notifications', 'devices'],
  },
  documents: {
    text: 'Upload, processing and review of documents.',
    paths: ['documents', 'document-reviews', 'jobs', 'bucket-events'],
  },
  administration: {
    text: 'Settings, people, the audit log, exports and limits, for admins and operators.',
    paths: ['admin'],
  },
  operations: {
    text: 'What could not be processed and was set aside, and how to replay it.',
    paths: ['dead-letters'],
  },
  service: {
    text: 'Health, clocks, error codes and these descriptions.',
    paths: ['health', 'time', 'errors', 'openapi.json', 'asyncapi.json'],
  },
  development: { text: 'Trips of replayed traces; production does not have them.', paths: ['dev'] },
} as const satisfies Record<string, { readonly text: string; readonly paths: readonly string[] }>;

export type Tag = keyof typeof TAGS;

const TAG_BY_SEGMENT: ReadonlyMap<string, Tag> = new Map(
  Object.entries(TAGS).flatMap(([tag, { paths }]) =>
    paths.map((segment): [string, Tag] => [segment, tag as Tag]),
  ),
);

/** The group of a path. Paths of no group are in `service`, and a test asks for their group. */
export function tagOf(path: string): { readonly tag: Tag; readonly isListed: boolean } {
  const segment = path.split('/').find((part) => part !== '' && part !== 'v1') ?? '';
  const tag = TAG_BY_SEGMENT.get(segment);
  return { tag: tag ?? 'service', isListed: tag !== undefined };
}

/** The tags of a document that has these. */
export function tagTexts(used: ReadonlySet<Tag>): { name: string; description: string }[] {
  return Object.entries(TAGS)
    .filter(([tag]) => used.has(tag as Tag))
    .map(([name, { text }]) => ({ name, description: text }));
}
