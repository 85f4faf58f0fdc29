/* Shows this server's own AsyncAPI document. Nothing is asked of any other host. Texts are set as text, never as HTML. */

const WAYS = { receive: 'client → server', send: 'server → client' };

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** `code` and **bold** within a line. */
function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).map((part) => {
    if (part.startsWith('`')) return element('code', { textContent: part.slice(1, -1) });
    if (part.startsWith('**')) return element('strong', { textContent: part.slice(2, -2) });
    return part;
  });
}

/** The Markdown that the document uses: headings, paragraphs, lists. */
function markdown(text, level = 2) {
  return text.split(/\n{2,}/).map((block) => {
    const lines = block.split('\n');
    const heading = /^#+ (.*)$/.exec(block);
    if (heading) return element(`h${level}`, {}, ...inline(heading[1]));
    const items = lines.map((line) => /^(?:-|\d+\.) (.*)$/.exec(line)?.[1]);
    if (items.every((item) => item !== undefined)) {
      const list = element(
        /^\d/.test(block) ? 'ol' : 'ul',
        {},
        ...items.map((item) => element('li', {}, ...inline(item))),
      );
      if (list.tagName === 'OL') list.start = Number.parseInt(block, 10);
      return list;
    }
    return element('p', {}, ...inline(block));
  });
}

const nameOf = (ref) => ref.split('/').at(-1);
const schemaLink = (ref) => element('a', { href: `#schema-${nameOf(ref)}`, textContent: nameOf(ref) });

function bounds({ minimum, maximum, exclusiveMinimum, minItems, maxItems, minLength, maxLength }) {
  const low = minimum ?? minItems ?? minLength;
  const high = maximum ?? maxItems ?? maxLength;
  if (exclusiveMinimum !== undefined) return ` > ${exclusiveMinimum}`;
  if (low !== undefined && high !== undefined) return ` ${low} to ${high}`;
  if (low !== undefined) return ` ≥ ${low}`;
  return high === undefined ? '' : ` ≤ ${high}`;
}

function joined(parts, separator) {
  return parts.flatMap((part, index) => (index === 0 ? part : [separator, ...part]));
}

/** A schema in a few words: a list of texts and links. */
function typeOf(schema) {
  if (schema.$ref) return [schemaLink(schema.$ref)];
  if (schema.const !== undefined) return [element('code', { textContent: JSON.stringify(schema.const) })];
  if (schema.enum)
    return joined(
      schema.enum.map((value) => [element('code', { textContent: value })]),
      ' ',
    );
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return joined(choices.map(typeOf), ' or ');
  if (schema.allOf) return joined(schema.allOf.map(typeOf), ' and ');
  if (Array.isArray(schema.items)) {
    const more = schema.additionalItems ? [', then ', ...typeOf(schema.additionalItems)] : [];
    return ['[', ...joined(schema.items.map(typeOf), ', '), ...more, ']'];
  }
  if (schema.type === 'array') return [`list${bounds(schema)} of `, ...typeOf(schema.items ?? {})];
  const words = [schema.type ?? 'any'].flat().join(' or ');
  return [`${schema.format ?? words}${bounds(schema)}`];
}

function fieldTable(schema) {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return element('p', {}, ...typeOf(schema));
  const required = new Set(schema.required ?? []);
  const rows = fields.map(([name, field]) =>
    element(
      'tr',
      {},
      element('td', {}, element('code', { textContent: name }), required.has(name) ? '' : ' (optional)'),
      element('td', {}, ...typeOf(field)),
      element('td', {}, ...inline(field.description ?? '')),
    ),
  );
  const head = element(
    'tr',
    {},
    ...['field', 'type', 'what it is'].map((textContent) => element('th', { scope: 'col', textContent })),
  );
  return element('table', {}, element('thead', {}, head), element('tbody', {}, ...rows));
}

/** Examples short enough to read are on one line; arrays of numbers always are. */
function pretty(value) {
  const short = JSON.stringify(value);
  if (short.length < 80) return short;
  return JSON.stringify(value, null, 2).replace(
    /\[\s+([^[\]{}]+?)\s+\]/g,
    (_all, inner) => `[${inner.replace(/\s+/g, ' ')}]`,
  );
}

const example = ({ name, payload }) => [
  element('h4', { textContent: `Example: ${name}` }),
  element('pre', {}, element('code', { textContent: pretty(payload) })),
];

function payloadOf(title, message, shapes) {
  const schema = message.payload.$ref ? shapes[nameOf(message.payload.$ref)] : message.payload;
  const name = message.payload.$ref ? [': ', schemaLink(message.payload.$ref)] : [];
  return [
    element('h4', {}, title, ...name),
    fieldTable(schema),
    ...(message.examples ?? []).flatMap(example),
  ];
}

function eventCard(id, operation, { messages, schemas }) {
  const message = messages[nameOf(operation.messages[0].$ref)];
  const replies = (operation.reply?.messages ?? []).map(({ $ref }) => messages[nameOf($ref)]);
  return element(
    'section',
    { className: 'event', id },
    element(
      'h3',
      {},
      operation.title,
      element('span', { className: `way ${operation.action}`, textContent: WAYS[operation.action] }),
    ),
    ...markdown(operation.summary, 4),
    ...(operation.description ? markdown(operation.description, 4) : []),
    ...payloadOf('Argument', message, schemas),
    ...replies.flatMap((reply) => payloadOf(`Acknowledgement (${reply.name})`, reply, schemas)),
  );
}

function schemaCard([name, schema]) {
  return element(
    'section',
    { className: 'schema', id: `schema-${name}` },
    element('h3', { textContent: name }),
    ...(schema.description ? markdown(schema.description, 4) : []),
    fieldTable(schema),
  );
}

/** Operations by namespace, in the order of the document. */
function byChannel({ channels, operations }) {
  return Object.entries(channels).map(([id, channel]) => [
    channel,
    Object.entries(operations).filter(
      ([
        ,
        {
          channel: { $ref },
        },
      ]) => nameOf($ref) === id,
    ),
  ]);
}

function show(spec) {
  const groups = byChannel(spec);
  const content = document.getElementById('content');
  content.replaceChildren(
    element('h1', { textContent: spec.info.title }),
    ...markdown(spec.info.description),
    ...groups.flatMap(([channel, operations]) => [
      element('h2', { textContent: channel.address }),
      ...markdown(channel.description, 3),
      ...operations.map(([id, operation]) => eventCard(id, operation, spec.components)),
    ]),
    element('h2', { textContent: 'Schemas' }),
    ...Object.entries(spec.components.schemas).map(schemaCard),
  );
  document
    .getElementById('index')
    .replaceChildren(
      ...groups.map(([channel, operations]) =>
        element(
          'section',
          {},
          element('h2', { textContent: channel.address }),
          element(
            'ul',
            {},
            ...operations.map(([id, { title }]) =>
              element('li', {}, element('a', { className: 'entry', href: `#${id}`, textContent: title })),
            ),
          ),
        ),
      ),
    );
  // The address may name a part that did not exist when the browser looked for it.
  if (location.hash.length > 1)
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

document.getElementById('find').addEventListener('input', ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const item of document.querySelectorAll('#index li'))
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  for (const card of document.querySelectorAll('.event'))
    card.hidden = !card.textContent.toLowerCase().includes(wanted);
});

try {
  const answer = await fetch('/v1/asyncapi.json');
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  show(await answer.json());
} catch (error) {
  document
    .getElementById('content')
    .replaceChildren(element('p', { textContent: `The description could not be read: ${error.message}` }));
}
