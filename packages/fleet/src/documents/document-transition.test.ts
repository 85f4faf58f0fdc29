import { expect, test } from 'vitest';
import type { DocumentCore, DocumentState } from './document.ts';
import { type DocumentTransition, nextDocument } from './document-transition.ts';

const clean = { key: 'clean/d/1.jpg', contentType: 'image/jpeg', size: 10, thumbnailKey: null } as const;
const UNTIL = 10_000;

const STATES: Record<string, DocumentState> = {
  granted: { name: 'granted', expiresAt: 100 },
  uploaded: { name: 'uploaded', uploadedAt: 50, etag: 'e' },
  processing: { name: 'processing', uploadedAt: 50, etag: 'e', startedAt: 60, fence: 1 },
  pending: {
    name: 'processed',
    uploadedAt: 50,
    processedAt: 70,
    fence: 1,
    clean,
    facts: {},
    review: { name: 'pending' },
  },
  approved: {
    name: 'processed',
    uploadedAt: 50,
    processedAt: 70,
    fence: 1,
    clean,
    facts: {},
    review: { name: 'approved', at: 80, by: 'op', reason: null, validUntil: UNTIL },
  },
  rejected: { name: 'rejected', code: 'DAMAGED', rejectedAt: 70 },
  expired: { name: 'expired', expiredAt: 200 },
};

const at = 500;
const TRANSITIONS: Record<string, DocumentTransition> = {
  upload: { type: 'upload', at, etag: 'f' },
  refuse: { type: 'refuse', at, code: 'BYTES_DIFFER' },
  expire: { type: 'expire', at },
  start: { type: 'start', at },
  finish: { type: 'finish', at, fence: 1, clean, facts: { width: 3 } },
  reject: { type: 'reject', at, fence: 1, code: 'TOO_SMALL' },
  revive: { type: 'revive', at },
  giveUp: { type: 'give_up', at },
  approve: { type: 'review', at, by: 'op', decision: 'approve', reason: null, validUntil: UNTIL },
  end_validity: { type: 'end_validity', at: UNTIL },
};

/** By state and transition: the next state, `=` for a repeat, or the code of the refusal. */
const TABLE: Record<string, Record<string, string>> = {
  granted: { upload: 'uploaded', refuse: 'rejected', expire: 'expired' },
  uploaded: {
    upload: '=',
    start: 'processing',
    revive: 'uploaded',
    giveUp: 'rejected',
    finish: 'CONFLICT',
    reject: 'CONFLICT',
  },
  processing: {
    upload: '=',
    start: 'processing',
    finish: 'processed',
    reject: 'rejected',
    revive: 'uploaded',
    giveUp: 'rejected',
  },
  pending: {
    upload: '=',
    start: '=',
    finish: '=',
    reject: '=',
    revive: '=',
    giveUp: '=',
    approve: 'processed',
  },
  approved: {
    upload: '=',
    start: '=',
    finish: '=',
    reject: '=',
    revive: '=',
    giveUp: '=',
    approve: 'processed',
    end_validity: 'processed',
  },
  rejected: { upload: '=', refuse: '=', start: '=', finish: '=', reject: '=', revive: '=', giveUp: '=' },
  expired: {
    upload: 'GONE',
    expire: '=',
    start: '=',
    finish: 'CONFLICT',
    reject: 'CONFLICT',
    revive: '=',
    giveUp: '=',
  },
};

function documentIn(state: DocumentState, fence = 1): DocumentCore {
  return { type: 'driving_licence', state, fence, revivals: 0 };
}

function outcomeOf(document: DocumentCore, transition: DocumentTransition): string {
  const step = nextDocument(document, transition);
  if (step.outcome === 'changed') return step.document.state.name;
  return step.outcome === 'repeated' ? '=' : step.code;
}

test('DOC-5: each state allows only the transitions of the table', () => {
  for (const [name, state] of Object.entries(STATES)) {
    const fence = name === 'uploaded' || name === 'expired' || name === 'granted' ? 0 : 1;
    for (const [label, transition] of Object.entries(TRANSITIONS)) {
      const expected =
        TABLE[name]?.[label] ??
        (fence === 0 && (label === 'finish' || label === 'reject') ? 'CONFLICT' : 'ILLEGAL_TRANSITION');
      expect(outcomeOf(documentIn(state, fence), transition), `${name}: ${label}`).toBe(expected);
    }
  }
});

test('DOC-6: each start takes the document over; the result of the worker before is refused', () => {
  const first = nextDocument(documentIn(STATES.uploaded as DocumentState, 0), { type: 'start', at });
  if (first.outcome !== 'changed') throw new Error('not started');
  expect(first.document).toMatchObject({ fence: 1, state: { name: 'processing', fence: 1 } });
  const second = nextDocument(first.document, { type: 'start', at: at + 1 });
  if (second.outcome !== 'changed') throw new Error('not taken over');
  expect(second.document).toMatchObject({ fence: 2, state: { fence: 2 } });
  const late = nextDocument(second.document, { type: 'finish', at, fence: 1, clean, facts: {} });
  expect(late).toMatchObject({ outcome: 'refused', code: 'CONFLICT', fenced: true });
  const good = nextDocument(second.document, { type: 'finish', at, fence: 2, clean, facts: {} });
  expect(good.outcome).toBe('changed');
});

test('DOC-6: giving a document up fences the worker that still processes it', () => {
  const given = nextDocument(documentIn(STATES.processing as DocumentState), { type: 'give_up', at });
  if (given.outcome !== 'changed') throw new Error('not given up');
  expect(given.document).toMatchObject({ fence: 2, state: { name: 'rejected', code: 'PROCESSING_FAILED' } });
  const late = nextDocument(given.document, { type: 'finish', at, fence: 1, clean, facts: {} });
  expect(late).toMatchObject({ outcome: 'refused', fenced: true });
});

test('DOC-10: a document type that expires is approved only with a future validUntil; a rejection needs a reason', () => {
  const document = documentIn(STATES.pending as DocumentState);
  const review = { type: 'review', at, by: 'op', reason: null } as const;
  expect(outcomeOf(document, { ...review, decision: 'approve', validUntil: null })).toBe('VALIDATION');
  expect(outcomeOf(document, { ...review, decision: 'approve', validUntil: at })).toBe('VALIDATION');
  expect(outcomeOf(document, { ...review, decision: 'reject', validUntil: null })).toBe('VALIDATION');
  expect(outcomeOf(document, { ...review, decision: 'reject', reason: 'blurred', validUntil: null })).toBe(
    'processed',
  );
  const photo: DocumentCore = { ...document, type: 'profile_photo' };
  const step = nextDocument(photo, { ...review, decision: 'approve', validUntil: UNTIL });
  expect(step).toMatchObject({ document: { state: { review: { name: 'approved', validUntil: null } } } });
});

test('DOC-5: a grant does not expire before its time, and validity does not end before validUntil', () => {
  const granted = documentIn(STATES.granted as DocumentState, 0);
  expect(outcomeOf(granted, { type: 'expire', at: 99 })).toBe('ILLEGAL_TRANSITION');
  const approved = documentIn(STATES.approved as DocumentState);
  expect(outcomeOf(approved, { type: 'end_validity', at: UNTIL - 1 })).toBe('ILLEGAL_TRANSITION');
});
