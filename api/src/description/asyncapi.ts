import {
  ERRORS,
  type ErrorCode,
  EVENT_CODES,
  HANDSHAKE_CODES,
  handshakeSchema,
  LIMITS,
  PROTOCOL,
  refusalSchema,
  SOCKET_EVENTS,
  type SocketEvent,
} from '@rideline/contract';
import { asyncApiText } from './asyncapi-text.ts';
import { componentSchemas, type SchemaUse, schemaRef } from './component-schemas.ts';
import { ExampleMaker } from './example-values.ts';
import type { Json } from './json-schema.ts';

type Namespace = keyof typeof SOCKET_EVENTS;

/** One event in one direction. */
interface Event {
  readonly namespace: Namespace;
  readonly name: string;
  /** As the server sees it: it receives what clients send. */
  readonly action: 'receive' | 'send';
  readonly event: SocketEvent;
}

const WHO: Readonly<Record<Namespace, string>> = {
  '/driver': 'Drivers: fixes, offers, commands on their trips.',
  '/rider': 'Riders: trip requests, and the trips that they follow.',
  '/operator': 'Operators and admins: the map of the fleet and its trips.',
};

function allEvents(): Event[] {
  return Object.entries(SOCKET_EVENTS).flatMap(([namespace, { toServer, toClient }]) =>
    (
      [
        ['receive', toServer],
        ['send', toClient],
      ] as const
    ).flatMap(([action, events]) =>
      Object.entries(events as Readonly<Record<string, SocketEvent>>).map(([name, event]) => ({
        namespace: namespace as Namespace,
        name,
        action,
        event,
      })),
    ),
  );
}

const channelId = (namespace: string) => namespace.slice(1);
const channelRef = (namespace: string) => `#/channels/${channelId(namespace)}`;
/** Key of a message and an operation: `driver.location-update`. An event can have another body in each namespace. */
const keyOf = ({ namespace, name }: Pick<Event, 'namespace' | 'name'>) =>
  `${channelId(namespace)}.${name.replace(':', '-')}`;
const replyKeyOf = (event: Event) => `${keyOf(event)}.reply`;

const messageRef = (namespace: string, key: string): Json => ({
  $ref: `${channelRef(namespace)}/messages/${key}`,
});

/** Schemas of acknowledgements: `{ok: true}` with the fields of the answer, or a refusal. */
const OK: Json = {
  type: 'object',
  properties: { ok: { type: 'boolean', const: true, description: 'always true: a refusal has false' } },
  required: ['ok'],
};

function replySchema(answer: Json | undefined): Json {
  const accepted = answer === undefined ? schemaRef('Ok') : { allOf: [schemaRef('Ok'), answer] };
  return { oneOf: [accepted, schemaRef('Refusal')] };
}

function codesText(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `- \`${code}\` (${ERRORS[code].retry}): ${ERRORS[code].text}`).join('\n');
}

/** The components that events use, and the schema at each body and answer. */
function eventSchemas(events: readonly Event[]) {
  const uses: SchemaUse[] = [
    { schema: handshakeSchema, direction: 'input', name: 'Handshake' },
    { schema: refusalSchema, direction: 'output', name: 'Refusal' },
  ];
  for (const one of events) {
    const { event, action } = one;
    const name = keyOf(one).replace(/(?:^|[^A-Za-z]+)([A-Za-z])/g, (_all, letter: string) =>
      letter.toUpperCase(),
    );
    uses.push({ schema: event.body, direction: action === 'receive' ? 'input' : 'output', name });
    if (event.answer) uses.push({ schema: event.answer, direction: 'output', name: `${name}Answer` });
  }
  const made = componentSchemas(uses, 'draft-07');
  let next = 2;
  const take = () => made.uses[next++] ?? {};
  const byEvent = new Map(
    events.map((one) => [one, { body: take(), answer: one.event.answer ? take() : undefined }] as const),
  );
  return { schemas: { ...made.schemas, Ok: OK }, byEvent };
}

function messagesOf(events: readonly Event[], { schemas, byEvent }: ReturnType<typeof eventSchemas>): Json {
  const maker = new ExampleMaker(schemas);
  const messages: Record<string, Json> = {};
  for (const one of events) {
    const { body = {}, answer } = byEvent.get(one) ?? {};
    messages[keyOf(one)] = {
      name: one.name,
      title: `${one.name} (${one.namespace}, ${one.action === 'receive' ? 'client to server' : 'server to client'})`,
      summary: one.event.help,
      payload: body,
      examples: [{ name: 'usual', payload: maker.valueOf(body, one.action === 'receive') }],
    };
    if (one.event.answer === undefined) continue;
    const reply = one.action === 'receive' ? replySchema(answer) : schemaRef('Ok');
    messages[replyKeyOf(one)] = {
      name: `${one.name} acknowledgement`,
      title: `Acknowledgement of ${one.name} (${one.namespace})`,
      summary: 'The one argument of the acknowledgement.',
      payload: reply,
      examples: [
        {
          name: 'accepted',
          payload: { ok: true, ...(answer === undefined ? {} : (maker.valueOf(answer, false) as object)) },
        },
        ...(one.action === 'receive'
          ? [refusedExample((one.event.codes ?? EVENT_CODES)[0] ?? 'VALIDATION')]
          : []),
      ],
    };
  }
  for (const namespace of Object.keys(SOCKET_EVENTS))
    Object.assign(messages, connectMessages(namespace, maker));
  return messages;
}

function refusedExample(code: ErrorCode): Json {
  const wait = ERRORS[code].retry === 'later' ? { retryAfterMs: 1000 } : {};
  return { name: 'refused', payload: { ok: false, code, detail: ERRORS[code].text, ...wait } };
}

/** The connection to a namespace: the CONNECT packet of Socket.IO and its two answers. */
function connectMessages(namespace: string, maker: ExampleMaker): Json {
  const key = channelId(namespace);
  return {
    [`${key}.connect`]: {
      name: 'connect',
      title: `CONNECT packet of ${namespace}`,
      summary: 'The option `auth` of a Socket.IO client.',
      payload: schemaRef('Handshake'),
      examples: [{ name: 'usual', payload: maker.valueOf(schemaRef('Handshake'), false) }],
    },
    [`${key}.connected`]: {
      name: 'connect',
      title: `${namespace} is connected`,
      summary: 'The answer of Socket.IO: the id of the socket.',
      payload: {
        type: 'object',
        properties: { sid: { type: 'string', description: 'id of the socket, for your log' } },
        required: ['sid'],
      },
      examples: [{ name: 'usual', payload: { sid: 'wZX3oN0bSVIhsaknAAAI' } }],
    },
    [`${key}.connect-error`]: {
      name: 'connect_error',
      title: `${namespace} refuses the connection`,
      summary: 'The refusal is in `data`. Stock clients do not try again by themselves.',
      payload: {
        type: 'object',
        properties: {
          message: { type: 'string', description: 'the code, again' },
          data: { description: 'why, and when to come back', allOf: [schemaRef('Refusal')] },
        },
        required: ['message', 'data'],
      },
      examples: [
        {
          name: 'expired',
          payload: {
            message: 'TOKEN_EXPIRED',
            data: { ok: false, code: 'TOKEN_EXPIRED', detail: ERRORS.TOKEN_EXPIRED.text },
          },
        },
      ],
    },
  };
}

const security = [{ $ref: '#/components/securitySchemes/token' }];

function channelsOf(events: readonly Event[]): Json {
  return Object.fromEntries(
    Object.keys(SOCKET_EVENTS).map((namespace) => {
      const own = events.filter((one) => one.namespace === namespace);
      const keys = own.flatMap((one) => [
        keyOf(one),
        ...(one.event.answer === undefined ? [] : [replyKeyOf(one)]),
      ]);
      const all = [
        ...new Set(keys),
        ...['connect', 'connected', 'connect-error'].map((key) => `${channelId(namespace)}.${key}`),
      ];
      return [
        channelId(namespace),
        {
          address: namespace,
          title: `Namespace ${namespace}`,
          description: WHO[namespace as Namespace],
          messages: Object.fromEntries(all.map((key) => [key, { $ref: `#/components/messages/${key}` }])),
          bindings: { ws: { method: 'GET', query: ENGINE_QUERY, bindingVersion: '0.1.0' } },
        },
      ];
    }),
  );
}

/** Query of the request that opens Engine.IO's connection; Socket.IO clients set it. */
const ENGINE_QUERY: Json = {
  type: 'object',
  properties: {
    EIO: { type: 'string', const: '4', description: 'Version of the Engine.IO protocol.' },
    transport: { type: 'string', enum: ['polling', 'websocket'], description: 'How the request is carried.' },
    sid: { type: 'string', description: 'Id of the session, from the second request on.' },
  },
  required: ['EIO', 'transport'],
};

function replyOf(one: Event): Json {
  if (one.event.answer === undefined) return {};
  return {
    reply: {
      channel: { $ref: channelRef(one.namespace) },
      messages: [messageRef(one.namespace, replyKeyOf(one))],
    },
  };
}

function operationsOf(events: readonly Event[]): Json {
  const operations: Record<string, Json> = {};
  for (const namespace of Object.keys(SOCKET_EVENTS)) {
    const key = channelId(namespace);
    operations[`${key}.connect`] = {
      action: 'receive',
      channel: { $ref: channelRef(namespace) },
      title: `Connect to ${namespace}`,
      summary: 'The first packet. Nothing else is read before the token has been checked.',
      description: `Refused with one of these codes in \`connect_error\`:\n\n${codesText(HANDSHAKE_CODES)}`,
      security,
      messages: [messageRef(namespace, `${key}.connect`)],
      reply: {
        channel: { $ref: channelRef(namespace) },
        messages: [messageRef(namespace, `${key}.connected`), messageRef(namespace, `${key}.connect-error`)],
      },
    };
  }
  for (const one of events) {
    const codes = [...(one.event.codes ?? []), ...EVENT_CODES];
    const asks = one.event.answer !== undefined;
    operations[keyOf(one)] = {
      action: one.action,
      channel: { $ref: channelRef(one.namespace) },
      title: one.name,
      summary: one.event.help,
      ...(one.action === 'receive'
        ? { description: `Refused with one of these codes in the acknowledgement:\n\n${codesText(codes)}` }
        : asks
          ? {
              description:
                'Acknowledge with `{ok: true}` as soon as you have it; until then it is sent again.',
            }
          : {}),
      messages: [messageRef(one.namespace, keyOf(one))],
      ...replyOf(one),
    };
  }
  return operations;
}

/** AsyncAPI 3.0 of the socket protocol, as the server sees it: it receives what clients send. */
export function asyncApi(): Json {
  const events = allEvents();
  const made = eventSchemas(events);
  return {
    asyncapi: '3.0.0',
    id: 'urn:rideline:sockets',
    info: {
      title: 'Rideline sockets',
      version: String(PROTOCOL.max),
      description: asyncApiText(),
      contact: { name: 'Rideline', url: 'https://github.com/rideline/rideline/issues' },
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
      externalDocs: {
        description: 'How to write a client',
        url: 'https://github.com/rideline/rideline/blob/main/docs/clients.md',
      },
      // The names of a namespace are in alphabetical order in Node, and in that of the source in Vitest.
      'x-limits': Object.fromEntries(Object.entries(LIMITS).sort()),
    },
    defaultContentType: 'application/json',
    servers: {
      development: {
        host: '127.0.0.1:8080',
        pathname: '/socket.io/',
        protocol: 'ws',
        protocolVersion: '4',
        description: 'The front port of `./rideline up`. Socket.IO 4: polling first, or WebSocket alone.',
        security,
      },
      production: {
        host: '{host}',
        pathname: '/socket.io/',
        protocol: 'wss',
        protocolVersion: '4',
        description: 'A server of yours, behind TLS.',
        variables: {
          host: { default: 'rideline.example.com', description: 'Its host, and port if it has one.' },
        },
        security,
      },
    },
    channels: channelsOf(events),
    operations: operationsOf(events),
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT (EdDSA, typ at+jwt)',
          description:
            'The access token of a session (`POST /v1/sign-in`), in the field `token` of the CONNECT packet and not in a header. Its audience is the role, which decides the namespace: `driver`, `rider`; `operator` and `admin` for `/operator`.',
        },
      },
      messages: messagesOf(events, made),
      schemas: made.schemas,
    },
  };
}
