/** What path and query parameters are, by name; a description in the contract goes before it. */
const TEXTS: Readonly<Record<string, string>> = {
  action: 'Only entries of this action, for example `trip.cancel`.',
  actor: 'Only entries of this user.',
  attention: 'Only trips that an operator must look at for this reason.',
  code: 'Code of the promotion.',
  cursor: 'Start of the page: the `next` of the previous one. Absent: the first page.',
  dropoffLat: 'Latitude of the drop-off, degrees (WGS84).',
  dropoffLng: 'Longitude of the drop-off, degrees (WGS84).',
  format: 'Format of the answer.',
  from: 'Begin of the period, inclusive.',
  id: 'Id of the dead letter.',
  lat: 'Latitude of the centre, degrees (WGS84).',
  limit: 'Most items of the page.',
  lng: 'Longitude of the centre, degrees (WGS84).',
  login: 'Only the account with this login, in any spelling.',
  open: 'Only trips that have not ended (`true`), or only those that have (`false`).',
  pickupLat: 'Latitude of the pick-up, degrees (WGS84).',
  pickupLng: 'Longitude of the pick-up, degrees (WGS84).',
  queue: 'Name of the queue.',
  refused: 'Also fixes that were refused, each with its verdict (csv and geojson).',
  region: 'Id of the region.',
  source: 'A queue’s name, or `fixes-<shard>`.',
  state: 'Only items in this state.',
  status: 'Only items with this status.',
  subject: 'Only revocations of this user or session.',
  target: 'Only entries about this: kind and id, for example `trip:<id>`.',
  tier: 'Service tier.',
  to: 'End of the period, exclusive.',
  type: 'Only documents of this type.',
};

/** `tripId` → `trip`. */
const thingOf = (name: string) =>
  name.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

/** The description of a parameter; undefined when there is none, which a test forbids. */
export function parameterText(name: string, where: 'path' | 'query'): string | undefined {
  const text = TEXTS[name];
  if (text !== undefined) return text;
  if (!name.endsWith('Id')) return undefined;
  return where === 'path' ? `Id of the ${thingOf(name)}.` : `Only items of this ${thingOf(name)}.`;
}
