import { createHash, randomBytes } from 'node:crypto';
import { openObjectStore, type S3Settings } from './object-store.ts';
import { createPostSigner, type PostForm, type PostGrant, type PostSigner } from './s3-post.ts';

/** One check of an S3 server, and its result. */
export interface ProbeResult {
  /** What was tried. */
  readonly tried: string;
  /** Documents depend on it; other checks are for information. */
  readonly needed: boolean;
  readonly ok: boolean;
  /** Status and S3 code of the server's answer. */
  readonly answer: string;
}

interface ProbeContext {
  readonly settings: S3Settings;
  readonly prefix: string;
  readonly nowMs: number;
  readonly sign: PostSigner;
}

const ANSWER_MS = 10_000;
const BYTES = Buffer.from('Rideline checks what this server enforces.\n');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');

interface Answer {
  readonly status: number;
  readonly code: string;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  return { status: response.status, code: /<Code>([^<]+)<\/Code>/.exec(text)?.[1] ?? '' };
}

/** Sends a form as a phone does: its fields, then the file. */
export async function postForm(
  { url, fields }: PostForm,
  bytes: Uint8Array,
  changed: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, ...changed })) form.set(name, value);
  form.set('file', new Blob([Uint8Array.from(bytes)]), 'file');
  return answerOf(await fetch(url, { method: 'POST', body: form, signal: AbortSignal.timeout(ANSWER_MS) }));
}

const isRefused = ({ status }: Answer) => status >= 400 && status < 500;
const isAccepted = ({ status }: Answer) => status >= 200 && status < 300;
const textOf = ({ status, code }: Answer) => `${status}${code && ` ${code}`}`;

function grantFor({ prefix }: ProbeContext, bytes: Uint8Array = BYTES): PostGrant {
  const key = `${prefix}${randomBytes(8).toString('hex')}.jpg`;
  const meta = { userid: 'probe', documenttype: 'insurance', uploadedat: '2026-01-01T00:00:00.000Z' };
  return { key, size: bytes.byteLength, contentType: 'image/jpeg', sha256: sha256(bytes), meta, seconds: 60 };
}

/** The form with a wider size range in its policy, under the original signature. */
function widened({ url, fields }: PostForm): PostForm {
  const policy = JSON.parse(Buffer.from(fields.Policy ?? '', 'base64').toString()) as {
    conditions: unknown[];
  };
  policy.conditions[0] = ['content-length-range', 0, 1_000_000_000];
  return { url, fields: { ...fields, Policy: Buffer.from(JSON.stringify(policy)).toString('base64') } };
}

type Trial = (context: ProbeContext) => Promise<Answer>;

const post =
  (
    change: (grant: PostGrant) => { bytes?: Uint8Array; fields?: Record<string, string> } = () => ({}),
  ): Trial =>
  async (context) => {
    const grant = grantFor(context);
    const { bytes = BYTES, fields = {} } = change(grant);
    return postForm(await context.sign(grant, context.nowMs), bytes, fields);
  };

/** What must be refused, and how it is tried. */
const REFUSALS: readonly (readonly [string, Trial])[] = [
  ['a form with a larger file', post(() => ({ bytes: Buffer.concat([BYTES, BYTES]) }))],
  ['a form with a smaller file', post(() => ({ bytes: BYTES.subarray(1) }))],
  ['a form with other bytes of the same size', post(() => ({ bytes: Buffer.alloc(BYTES.byteLength, 'x') }))],
  ['a form with another Content-Type', post(() => ({ fields: { 'Content-Type': 'text/html' } }))],
  ['a form with another key', post(({ key }) => ({ fields: { key: `${key}.html` } }))],
  [
    'a form with another checksum',
    post(() => ({ fields: { 'x-amz-checksum-sha256': sha256(Buffer.from('x')) } })),
  ],
  ['a form with another meta field', post(() => ({ fields: { 'x-amz-meta-userid': 'somebody' } }))],
  ['a form with a field that was not signed', post(() => ({ fields: { acl: 'public-read' } }))],
  ['a form with a wrong signature', post(() => ({ fields: { 'X-Amz-Signature': '0'.repeat(64) } }))],
  [
    'a form whose policy was widened',
    async (context) => postForm(widened(await context.sign(grantFor(context), context.nowMs)), BYTES),
  ],
  [
    'an expired form',
    async (context) => postForm(await context.sign(grantFor(context), context.nowMs - 3_600_000), BYTES),
  ],
];

async function plain(method: string, settings: S3Settings, path: string, body?: Uint8Array): Promise<Answer> {
  const url = `${settings.publicEndpoint}/${settings.bucket}/${path}`;
  const signal = AbortSignal.timeout(ANSWER_MS);
  return answerOf(await fetch(url, { method, signal, ...(body ? { body: Uint8Array.from(body) } : {}) }));
}

/** On an existing object: for an absent one a server may refuse for another reason. */
async function tryAnonymous({ settings, prefix }: ProbeContext): Promise<ProbeResult[]> {
  const store = openObjectStore(settings);
  try {
    const key = `${prefix}${randomBytes(8).toString('hex')}.jpg`;
    await store.putOnce(key, BYTES, 'image/jpeg');
    const tries = [
      ['anonymous reading', () => plain('GET', settings, key)],
      ['anonymous HEAD', () => plain('HEAD', settings, key)],
      ['anonymous listing', () => plain('GET', settings, '?list-type=2')],
      ['anonymous writing', () => plain('PUT', settings, key, Buffer.from('anonymous'))],
      ['anonymous removing', () => plain('DELETE', settings, key)],
    ] as const;
    const results: ProbeResult[] = [];
    for (const [tried, trial] of tries) {
      const answer = await trial();
      results.push({
        tried: `${tried} is refused`,
        needed: true,
        ok: isRefused(answer),
        answer: textOf(answer),
      });
    }
    const kept = (await store.head(key))?.size === BYTES.byteLength;
    await store.remove(key);
    const answer = kept ? 'unchanged' : 'changed';
    return [...results, { tried: 'anonymous requests changed nothing', needed: true, ok: kept, answer }];
  } finally {
    store.close();
  }
}

async function tryRefusals(context: ProbeContext): Promise<ProbeResult[]> {
  const results: ProbeResult[] = [];
  for (const [tried, trial] of REFUSALS) {
    const answer = await trial(context);
    results.push({
      tried: `${tried} is refused`,
      needed: true,
      ok: isRefused(answer),
      answer: textOf(answer),
    });
  }
  return results;
}

/** An unchanged form, and what HEAD returns afterwards. */
async function tryForms(context: ProbeContext): Promise<ProbeResult[]> {
  const { settings, sign, nowMs } = context;
  const store = openObjectStore(settings);
  try {
    const grant = grantFor(context);
    const form = await sign(grant, nowMs);
    const first = await postForm(form, BYTES);
    const head = await store.head(grant.key);
    const again = await postForm(form, BYTES);
    await store.remove(grant.key);
    const size = head?.size === BYTES.byteLength;
    return [
      {
        tried: 'a form as it was signed is accepted',
        needed: true,
        ok: isAccepted(first),
        answer: textOf(first),
      },
      {
        tried: 'HEAD returns size and Content-Type',
        needed: true,
        ok: size && head?.contentType === grant.contentType,
        answer: `${head?.size} bytes, ${head?.contentType}`,
      },
      {
        tried: 'HEAD returns the SHA-256',
        needed: false,
        ok: head?.sha256 === grant.sha256,
        answer: head?.sha256 ?? 'none',
      },
      { tried: 'a form sent twice is refused', needed: false, ok: isRefused(again), answer: textOf(again) },
    ];
  } finally {
    store.close();
  }
}

const WRITERS = 10;

async function tryWritingOnce({ settings, prefix }: ProbeContext): Promise<ProbeResult[]> {
  const store = openObjectStore(settings);
  try {
    const key = `${prefix}${randomBytes(8).toString('hex')}`;
    const write = (n: number) => store.putOnce(key, Buffer.from(`writer ${n}`), 'text/plain');
    const outcomes = await Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n)));
    const later = await write(WRITERS);
    const won = outcomes.filter((outcome) => outcome === 'written').length;
    const listed = (await store.list(key, null)).objects.length;
    await store.remove(key);
    return [
      {
        tried: `of ${WRITERS} writers at once with If-None-Match: * one wins`,
        needed: true,
        ok: won === 1 && later === 'exists',
        answer: `${won} won, a later one: ${later}`,
      },
      { tried: 'a list contains what was written', needed: true, ok: listed === 1, answer: `${listed} of 1` },
    ];
  } finally {
    store.close();
  }
}

async function trySignedUrls({ settings, prefix }: ProbeContext): Promise<ProbeResult[]> {
  const store = openObjectStore(settings);
  try {
    const key = `${prefix}${randomBytes(8).toString('hex')}.jpg`;
    await store.putOnce(key, BYTES, 'image/jpeg');
    const address = async (seconds: number) =>
      (await store.presignGet(key, { seconds, fileName: 'it.jpg', contentType: 'image/jpeg' })).url;
    const get = (url: string) => fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    const good = await get(await address(60));
    const disposition = good.headers.get('Content-Disposition') ?? 'none';
    const taken = await answerOf(good);
    const forged = await answerOf(
      await get((await address(60)).replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
    );
    const other = await answerOf(await get((await address(60)).replace(key, `${key}x`)));
    await store.remove(key);
    return [
      {
        tried: 'a signed URL returns its object',
        needed: true,
        ok: isAccepted(taken),
        answer: textOf(taken),
      },
      {
        tried: 'a signed URL returns it as a download',
        needed: true,
        ok: disposition.startsWith('attachment'),
        answer: disposition,
      },
      { tried: 'a forged URL is refused', needed: true, ok: isRefused(forged), answer: textOf(forged) },
      {
        tried: 'a signed URL with another key is refused',
        needed: true,
        ok: isRefused(other),
        answer: textOf(other),
      },
    ];
  } finally {
    store.close();
  }
}

/** Finds out by trying what an S3 server enforces. Removes every object it wrote, also those that the server should have refused. */
export async function probeS3(settings: S3Settings, nowMs: number): Promise<ProbeResult[]> {
  const prefix = `probe/${randomBytes(6).toString('hex')}/`;
  const context: ProbeContext = { settings, prefix, nowMs, sign: createPostSigner(settings) };
  const results = [
    ...(await tryForms(context)),
    ...(await tryRefusals(context)),
    ...(await tryAnonymous(context)),
    ...(await tryWritingOnce(context)),
    ...(await trySignedUrls(context)),
  ];
  const store = openObjectStore(settings);
  try {
    const left = await store.list(prefix, null);
    for (const { key } of left.objects) await store.remove(key);
    const answer = left.objects.length === 0 ? 'none' : `${left.objects.length} objects`;
    return [
      ...results,
      { tried: 'refused requests left no object', needed: true, ok: left.objects.length === 0, answer },
    ];
  } finally {
    store.close();
  }
}
