import {
  CANDIDATE_REASONS,
  DRIVER_ACTIONS,
  DRIVER_STATUS_TEXTS,
  FIX_MEMBERS,
  FLEET_VEHICLE_MEMBERS,
  NOTIFICATION_KIND_TEXTS,
  OUTAGE_REASONS,
  PROTOCOL,
  REVOKE_REASONS,
  SOCKET_EVENTS,
  SOCKET_SHAPES,
  type SocketEvent,
  type SocketShape,
  socketShapes,
  TIERS,
  TRIP_ENDS,
  TRIP_EVENT_TEXTS,
  TRIP_STATES,
  VERDICT_TEXTS,
} from '@rideline/contract';
import type { z } from 'zod';

type Json = Record<string, unknown>;

const SOURCE = 'packages/contract/src/socket-events.ts';
const NOTE = `Written by \`node tests/write-reference-documents.ts\` from the contract; a test compares the two. Source: \`${SOURCE}\`.`;

const namesOf = new Map<z.ZodType, SocketShape>(
  Object.entries(SOCKET_SHAPES).map(([name, schema]) => [schema, name as SocketShape]),
);

/** The name of an event's shape. @throws when the shape is not listed */
function nameOf(schema: z.ZodType, where: string): SocketShape {
  const name = namesOf.get(schema);
  if (name === undefined) throw new Error(`the shape of ${where} is not in SOCKET_SHAPES`);
  return name;
}

const link = (name: string) => `[${name}](#${name.toLowerCase()})`;
const row = (cells: readonly string[]) =>
  `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(head), row(head.map(() => '---')), ...rows.map(row), ''].join('\n');

function boundsOf({ minimum, maximum }: Json): string {
  const low = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER;
  const high = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER;
  if (low && high) return ` ${minimum} to ${maximum}`;
  return low ? ` ≥ ${minimum}` : high ? ` ≤ ${maximum}` : '';
}

/** A JSON schema in a few words. */
function typeText(schema: Json): string {
  if (typeof schema.$ref === 'string') return link(schema.$ref.replace(/^#/, ''));
  if ('const' in schema) return `\`${String(schema.const)}\``;
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => `\`${value}\``).join(', ');
  const choices = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (choices) return [...new Set(choices.map(typeText))].join(' or ');
  switch (schema.type) {
    case 'integer':
    case 'number':
      if (typeof schema.exclusiveMinimum === 'number') return `${schema.type} > ${schema.exclusiveMinimum}`;
      return `${schema.type}${boundsOf(schema)}`;
    case 'string':
      return stringText(schema);
    case 'array':
      return arrayText(schema);
    case 'object':
      return objectText(schema);
    default:
      return String(schema.type ?? 'any');
  }
}

function stringText({ pattern, format, maxLength }: Json): string {
  if (typeof format === 'string') return format;
  if (typeof pattern === 'string') return `string \`${pattern}\``;
  return typeof maxLength === 'number' ? `string, ${maxLength} characters at most` : 'string';
}

function arrayText({ prefixItems, items, minItems, maxItems }: Json): string {
  if (Array.isArray(prefixItems)) {
    const more = typeof items === 'object' ? `, ${typeText(items as Json)} …` : '';
    return `[${prefixItems.map((item) => typeText(item as Json)).join('; ')}${more}]`;
  }
  const bounds = [minItems, maxItems].filter((bound) => typeof bound === 'number').join(' to ');
  return `list of ${typeText((items ?? {}) as Json)}${bounds === '' ? '' : ` (${bounds})`}`;
}

function objectText({ properties, required }: Json): string {
  if (properties === undefined) return 'object';
  const needed = new Set(required as string[] | undefined);
  const fields = Object.entries(properties as Record<string, Json>).map(
    ([name, field]) => `${name}${needed.has(name) ? '' : '?'}: ${typeText(field)}`,
  );
  return `{${fields.join('; ')}}`;
}

function shapeSection(name: string, schema: Json): string {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const needed = new Set(schema.required as string[] | undefined);
  const strict = schema.additionalProperties === false ? 'Other fields are refused.' : '';
  const rows = fields.map(([field, type]) => [
    `\`${field}\``,
    needed.has(field) ? 'yes' : 'no',
    typeText(type),
    String(type.description),
  ]);
  const body = rows.length === 0 ? '`{}`\n' : table(['field', 'always', 'type', 'what it is'], rows);
  return [`### ${name}`, '', ...(strict === '' ? [] : [strict, '']), body].join('\n');
}

function eventRows(events: Readonly<Record<string, SocketEvent>>): string[][] {
  return Object.entries(events).map(([event, { help, body, answer }]) => [
    `\`${event}\``,
    link(nameOf(body, event)),
    answer === undefined ? 'none' : answer === null ? '`{ok: true}`' : link(nameOf(answer, event)),
    help,
  ]);
}

function namespaceSections(): string[] {
  const head = ['event', 'body', 'acknowledgement', 'what it is'];
  return Object.entries(SOCKET_EVENTS).flatMap(([namespace, { toServer, toClient }]) => [
    `## \`${namespace}\`, client to server`,
    '',
    table(head, eventRows(toServer)),
    `## \`${namespace}\`, server to client`,
    '',
    table(head, eventRows(toClient)),
  ]);
}

function valueSections(): string[] {
  const list = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(', ');
  const members = (rows: readonly (readonly [string, string])[]) =>
    table(
      ['place', 'member', 'what it is'],
      rows.map(([name, text], at) => [String(at), `\`${name}\``, text]),
    );
  const texts = (head: string, rows: Readonly<Record<string, string>>) =>
    table(
      [head, 'what it means'],
      Object.entries(rows).map(([value, text]) => [`\`${value}\``, text]),
    );
  return [
    '## Values',
    '',
    '### A fix of `location:update`',
    '',
    members(FIX_MEMBERS),
    '### A vehicle of `fleet:frame`',
    '',
    members(FLEET_VEHICLE_MEMBERS),
    '### Verdicts of fixes',
    '',
    texts('verdict', VERDICT_TEXTS),
    '### Reasons of outages',
    '',
    texts('reason', OUTAGE_REASONS),
    '### Types of `trip:event`',
    '',
    'More may come. Behind each what its `data` has; the holder of a share link gets `{}`.',
    '',
    texts('type', TRIP_EVENT_TEXTS),
    '### Kinds of notifications',
    '',
    'More may come. Behind each what its `data` has.',
    '',
    texts('kind', NOTIFICATION_KIND_TEXTS),
    '### Status of a driver',
    '',
    texts('status', DRIVER_STATUS_TEXTS),
    '### Lists',
    '',
    table(
      ['what', 'values'],
      [
        ['states of a trip', list(TRIP_STATES)],
        ['final states', list(TRIP_ENDS)],
        ['actions of a driver (`trip:command`)', list(DRIVER_ACTIONS)],
        ['reasons of `offer:revoked`', list(REVOKE_REASONS)],
        ['tiers', list(TIERS)],
        ['reasons of candidates (REST)', list(CANDIDATE_REASONS)],
      ],
    ),
  ];
}

/** docs/reference/socket-events.md: every event, shape and value of the socket protocol. */
export function renderSocketEvents(): string {
  const shapes = Object.entries(socketShapes((name) => `#${name}`));
  return [
    '# Socket events',
    '',
    NOTE,
    '',
    `How to connect, acknowledge and come back: [api.md](../api.md#sockets). The same for code generators: [asyncapi.json](asyncapi.json) (AsyncAPI 3). Protocol version ${PROTOCOL.max}. An acknowledgement is \`{ok: true, …}\` with the fields of the named shape, or [Refusal](#refusal). Fields that are not listed may be added to what the server sends: ignore them.`,
    '',
    ...namespaceSections(),
    ...valueSections(),
    '## Shapes',
    '',
    ...shapes.map(([name, schema]) => shapeSection(name, schema)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}
