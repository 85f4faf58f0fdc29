import type { ErrorCode } from '@rideline/contract';
import { describe, expect, it, vi } from 'vitest';
import type { CallInit } from '../session/session.ts';
import type { SdkClock } from '../time/clock.ts';
import {
  type UploadOptions,
  type UploadState,
  type UploadTicket,
  uploadDocument,
} from './document-upload.ts';
import { type FormPost, type XhrLike, xhrSender } from './form-sender.ts';

/** Time passes at once, so that waits do not take any. */
const hastyClock: SdkClock = {
  wallMs: () => 1_700_000_000_000,
  monotonicMs: () => 0,
  random: () => 0.5,
  after: (delayMs, fn) => {
    // Time limits leave an answer the time to be read.
    const timer = setTimeout(fn, delayMs < 30_000 ? 0 : 200);
    return () => clearTimeout(timer);
  },
};

type Fault = 'no answer' | 'lost' | 403 | 400 | 500 | ErrorCode;

/** The API and the object store of one user, with faults in their next answers. */
class FakeServers {
  readonly documents = new Map<string, { status: string; rejection?: { code: string; text: string } }>();
  readonly calls: string[] = [];
  readonly faults: Record<'grant' | 'store' | 'complete' | 'status', Fault[]> = {
    grant: [],
    store: [],
    complete: [],
    status: [],
  };
  /** What the check of a file finds. */
  verdict: { status: string; rejection?: { code: string; text: string } } = { status: 'processed' };
  readonly #keys = new Map<string, string>();

  readonly fetch = async (path: string, init: CallInit = {}): Promise<Response> => {
    if (init.signal?.aborted) throw new TypeError('aborted');
    const part = path.endsWith('/complete') ? 'complete' : init.method === 'POST' ? 'grant' : 'status';
    const fault = this.faults[part].shift();
    this.calls.push(part);
    if (fault === 'no answer') throw new TypeError('fetch failed');
    if (typeof fault === 'string' && fault !== 'lost') return problem(fault);
    const answer = this.#answer(part, path, init);
    if (fault === 'lost') throw new TypeError('fetch failed');
    return answer;
  };

  readonly send = async ({ form, onSent }: FormPost): Promise<number> => {
    const fault = this.faults.store.shift();
    this.calls.push('store');
    onSent(500);
    if (fault === 'no answer') throw new TypeError('cut');
    if (typeof fault === 'number') return fault;
    this.documents.set(form.fields.id ?? '', { status: 'stored' });
    if (fault === 'lost') throw new TypeError('cut');
    onSent(1000);
    return 204;
  };

  #answer(part: string, path: string, init: CallInit): Response {
    if (part === 'grant') {
      const key = init.headers?.['Idempotency-Key'] ?? '';
      const documentId = this.#keys.get(key) ?? `doc-${this.#keys.size + 1}`;
      this.#keys.set(key, documentId);
      return Response.json({ documentId, presignedUrl: 'http://store', fields: { id: documentId } });
    }
    const documentId = path.split('/')[3] ?? '';
    const found = this.documents.get(documentId);
    if (part === 'complete') {
      if (found === undefined) return problem('CONFLICT');
      return Response.json({ documentId, jobId: documentId, queuePosition: 3, estimatedWaitMs: 900 });
    }
    return Response.json({ documentId, ...(found?.status === 'stored' ? this.verdict : found) });
  }
}

function problem(code: ErrorCode): Response {
  return Response.json({ code, retryAfterMs: 0 }, { status: 409 });
}

function upload(servers: FakeServers, more: Partial<UploadOptions> = {}) {
  const states: UploadState[] = [];
  const tickets: UploadTicket[] = [];
  const sha256 = vi.fn(async () => 'a'.repeat(64));
  const started = uploadDocument({
    session: servers,
    type: 'driving_licence',
    contentType: 'image/jpeg',
    body: new Blob(['x']),
    size: 1000,
    sha256,
    send: servers.send,
    clock: hastyClock,
    onState: (state) => states.push(state),
    onTicket: (ticket) => tickets.push(ticket),
    ...more,
  });
  return { started, states, tickets, sha256 };
}

describe('SDK-108: upload of a document', () => {
  it('hashes, asks for a form, sends with progress, and ends when the file is checked', async () => {
    const servers = new FakeServers();
    const { started, states } = upload(servers);
    expect(await started.ended).toMatchObject({ kind: 'clean', document: { documentId: 'doc-1' } });
    expect(servers.calls).toEqual(['grant', 'store', 'complete', 'status']);
    expect(states.flatMap((state) => (state.kind === 'sending' ? [state.sentBytes] : []))).toEqual([
      0, 500, 1000,
    ]);
    expect(states).toContainEqual({
      kind: 'checking',
      documentId: 'doc-1',
      queuePosition: 3,
      estimatedWaitMs: 900,
    });
  });

  it('after a cut it asks for the same form and sends again; a file that arrived is not sent twice', async () => {
    const servers = new FakeServers();
    servers.faults.grant.push('lost');
    servers.faults.store.push('no answer', 'lost');
    servers.faults.status.push('no answer', 'UNAVAILABLE');
    const { started, sha256 } = upload(servers);
    expect(await started.ended).toMatchObject({ kind: 'clean', document: { documentId: 'doc-1' } });
    expect(servers.calls.filter((call) => call === 'store')).toHaveLength(2);
    expect(servers.documents.size).toBe(1);
    expect(sha256).toHaveBeenCalledTimes(1);
  });

  it('an expired form is replaced by a form of another document; a store that refuses each form ends it', async () => {
    const servers = new FakeServers();
    servers.faults.store.push(403);
    expect(await upload(servers).started.ended).toMatchObject({ document: { documentId: 'doc-2' } });
    const closed = new FakeServers();
    closed.faults.store.push(403, 403, 403, 403, 403, 403);
    expect(await upload(closed).started.ended).toEqual({ kind: 'failed', code: 'GONE' });
    expect(closed.calls.filter((call) => call === 'store')).toHaveLength(5);
  });

  it('a file that changed since its SHA-256 was computed is hashed again', async () => {
    const servers = new FakeServers();
    servers.faults.store.push(400);
    const { started, sha256 } = upload(servers);
    expect(await started.ended).toMatchObject({ kind: 'clean' });
    expect(sha256).toHaveBeenCalledTimes(2);
  });

  it('continues from its ticket after the app was killed, with the same document', async () => {
    const servers = new FakeServers();
    servers.verdict = { status: 'processing' };
    const first = upload(servers);
    await vi.waitFor(() => expect(first.tickets.at(-1)?.documentId).toBe('doc-1'));
    first.started.cancel();
    expect(await first.started.ended).toEqual({ kind: 'cancelled' });
    const ticket = JSON.parse(JSON.stringify(first.tickets.at(-1))) as UploadTicket;
    servers.verdict = { status: 'processed' };
    const second = upload(servers, { resume: ticket });
    expect(await second.started.ended).toMatchObject({ kind: 'clean', document: { documentId: 'doc-1' } });
    expect(servers.calls.filter((call) => call === 'store')).toHaveLength(1);
    expect(second.sha256).not.toHaveBeenCalled();
  });

  it.each([
    ['BYTES_DIFFER', 'send_again'],
    ['TOO_SMALL', 'other_file'],
    ['INFECTED', 'support'],
  ])('a rejection %s says what to do: %s', async (code, advice) => {
    const servers = new FakeServers();
    servers.verdict = { status: 'rejected', rejection: { code, text: 'because' } };
    expect(await upload(servers).started.ended).toMatchObject({
      kind: 'rejected',
      code,
      text: 'because',
      advice,
    });
  });

  it('what cannot succeed unchanged fails at once; without any server it fails after a bounded number of attempts', async () => {
    const refused = new FakeServers();
    refused.faults.grant.push('VALIDATION');
    expect(await upload(refused).started.ended).toEqual({ kind: 'failed', code: 'VALIDATION' });
    expect(refused.calls).toEqual(['grant']);
    const away = new FakeServers();
    away.faults.grant.push(...Array.from({ length: 100 }, () => 'no answer' as const));
    expect(await upload(away).started.ended).toEqual({ kind: 'failed', code: 'UNAVAILABLE' });
    expect(away.calls.length).toBe(31);
  });

  it('by XMLHttpRequest: the fields before the file, progress, and an abort that ends the request', async () => {
    const sent: FormData[] = [];
    let aborted = 0;
    const request: XhrLike = {
      status: 204,
      upload: { onprogress: null },
      onload: null,
      onerror: null,
      onabort: null,
      open: () => undefined,
      send(body) {
        sent.push(body);
        this.upload.onprogress?.({ loaded: 7 } as never);
        if (sent.length === 1) this.onload?.({} as never);
      },
      abort() {
        aborted += 1;
        this.onabort?.({} as never);
      },
    };
    const progress: number[] = [];
    const controller = new AbortController();
    const post: FormPost = {
      form: { presignedUrl: 'http://store', fields: { key: 'k', policy: 'p' } },
      body: new Blob(['x']),
      onSent: (bytes) => progress.push(bytes),
      signal: controller.signal,
    };
    const send = xhrSender(() => request);
    expect(await send(post)).toBe(204);
    expect([...(sent[0]?.keys() ?? [])]).toEqual(['key', 'policy', 'file']);
    expect(progress).toEqual([7]);
    const stopped = send(post);
    controller.abort();
    await expect(stopped).rejects.toThrow('stopped');
    expect(aborted).toBe(1);
  });
});

describe('SDK-143: an upload ends, whatever hangs and whatever the app does in its callbacks', () => {
  it('a call or a transfer without an answer is tried again', async () => {
    const servers = new FakeServers();
    const hangs = { call: 1, body: 1, send: 1 };
    const never = new Promise<never>(() => undefined);
    const { started } = upload(servers, {
      session: {
        fetch: (path, init) => {
          if (hangs.call-- > 0) return never;
          if (hangs.body-- > 0) return Promise.resolve(new Response(new ReadableStream()));
          return servers.fetch(path, init);
        },
      },
      send: (post) => (hangs.send-- > 0 ? never : servers.send(post)),
    });
    expect(await started.ended).toMatchObject({ kind: 'clean' });
  });

  it("an error in the app's callbacks neither ends it nor rejects", async () => {
    const servers = new FakeServers();
    const errors: unknown[] = [];
    const broken = () => {
      throw new Error('a screen that is gone');
    };
    const { started } = upload(servers, {
      onState: broken,
      onTicket: broken,
      onListenerError: (error) => errors.push(error),
    });
    expect(await started.ended).toMatchObject({ kind: 'clean' });
    expect(servers.calls).toEqual(['grant', 'store', 'complete', 'status']);
    expect(errors.length).toBeGreaterThan(2);
  });
});
