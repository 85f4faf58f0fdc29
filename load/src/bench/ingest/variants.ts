import { startBareStack } from '../stack/bare-stack.ts';
import { startOurStack } from '../stack/our-stack.ts';
import { startBatchStack, startTextbookStack } from '../stack/rival-stack.ts';
import type { Subject } from '../stack/subject.ts';

/** The stacks that `bench ingest` compares, and the kinds of frames that each gets. */
export const STACK_NAMES = [
  'bare',
  'textbook',
  'textbook + create',
  'textbook + insertMany',
  '30 s batch',
  'ours',
] as const;
export type StackName = (typeof STACK_NAMES)[number];

interface Stack {
  readonly start: () => Promise<Subject>;
  /** For the report: what it does with a fix, and what its acknowledgement means. */
  readonly does: string;
  readonly stores: boolean;
  /** A rider follows 3 of 10 drivers; nobody follows in bare Socket.IO. */
  readonly hasRiders: boolean;
  /** Share of the bench's rate at which it is warmed up: one write to MongoDB for each fix does not hold more. */
  readonly warmUpShare: number;
}

export const STACKS: Readonly<Record<StackName, Stack>> = {
  bare: {
    start: () => startBareStack(),
    does: 'acknowledges at once; checks, stores and passes on nothing',
    stores: false,
    hasRiders: false,
    warmUpShare: 1,
  },
  textbook: {
    start: () => startTextbookStack({ history: 'none' }),
    does: 'GEOADD, XADD, an emit to the room through the classic Redis adapter, then acknowledges; of five fixes GEOADD and emit only the newest; no check, no history',
    stores: false,
    hasRiders: true,
    warmUpShare: 1,
  },
  'textbook + create': {
    start: () => startTextbookStack({ history: 'create' }),
    does: 'the same and one mongoose document for each fix, stored before it acknowledges',
    stores: true,
    hasRiders: true,
    warmUpShare: 0.1,
  },
  'textbook + insertMany': {
    start: () => startTextbookStack({ history: 'insertMany' }),
    does: 'the same as textbook, and mongoose insertMany of what a second brought, at most 500; acknowledges before that: a kill loses a second of acknowledged history',
    stores: true,
    hasRiders: true,
    warmUpShare: 1,
  },
  '30 s batch': {
    start: startBatchStack,
    does: 'SETEX, PUBLISH of followed drivers to every node, insertMany every 30 s; no search, no log: a kill loses 30 s of acknowledged history',
    stores: true,
    hasRiders: true,
    warmUpShare: 1,
  },
  ours: {
    start: () => startOurStack({ front: false }),
    does: 'tokens, checks, limits, live index, log, positions numbered for riders, history stored exactly once, `durable` to the phones; acknowledges what the log has',
    stores: true,
    hasRiders: true,
    warmUpShare: 1,
  },
};

export interface Variant {
  readonly stack: StackName;
  readonly fixesPerFrame: 1 | 5;
  /** Whether each frame asks for its acknowledgement. */
  readonly acknowledged: boolean;
}

export const nameOf = ({ stack, fixesPerFrame, acknowledged }: Variant): string =>
  `${stack}, ${fixesPerFrame === 1 ? '1 fix' : '5 fixes'}${acknowledged ? ', ack' : ''}`;

const variant = (stack: StackName, fixesPerFrame: 1 | 5, ack: 'ack' | 'no ack'): Variant => ({
  stack,
  fixesPerFrame,
  acknowledged: ack === 'ack',
});

/** Two variants that run at one rate; the figure is the CPU of the first ÷ that of the second. */
export interface Comparison {
  /** Whether both get the same frames, acknowledge alike, and both store history or neither is counted with it. */
  readonly kind: 'like' | 'unlike';
  readonly above: Variant;
  readonly below: Variant;
  /**
   * `gateways`: these processes alone. `without history`: all servers but workers and MongoDB, which a fix reaches only to be stored. `all`:
   * all servers.
   */
  readonly counts: 'gateways' | 'without history' | 'all';
  readonly per: 'frame' | 'fix';
  readonly target?: { readonly atLeast: number } | { readonly atMost: number };
}

const like = (
  above: Variant,
  below: Variant,
  counts: Comparison['counts'],
  rest: Partial<Pick<Comparison, 'per' | 'target'>> = {},
): Comparison => ({ kind: 'like', above, below, counts, per: 'fix', ...rest });

const unlike = (...args: Parameters<typeof like>): Comparison => ({ ...like(...args), kind: 'unlike' });

/** In the order of the report: like for like first. */
export const COMPARISONS: readonly Comparison[] = [
  like(variant('ours', 1, 'no ack'), variant('bare', 1, 'no ack'), 'gateways', {
    per: 'frame',
    target: { atMost: 1.5 },
  }),
  like(variant('ours', 1, 'ack'), variant('bare', 1, 'ack'), 'gateways', { per: 'frame' }),
  like(variant('textbook', 1, 'no ack'), variant('ours', 1, 'no ack'), 'without history', {
    target: { atLeast: 2 },
  }),
  like(variant('textbook', 1, 'ack'), variant('ours', 1, 'ack'), 'without history'),
  like(variant('textbook', 5, 'no ack'), variant('ours', 5, 'no ack'), 'without history'),
  like(variant('textbook', 5, 'ack'), variant('ours', 5, 'ack'), 'without history'),
  like(variant('textbook + create', 1, 'no ack'), variant('ours', 1, 'no ack'), 'all'),
  like(variant('textbook + create', 1, 'ack'), variant('ours', 1, 'ack'), 'all'),
  like(variant('textbook + create', 5, 'ack'), variant('ours', 5, 'ack'), 'all'),
  like(variant('textbook + insertMany', 1, 'ack'), variant('ours', 1, 'ack'), 'all'),
  like(variant('textbook + insertMany', 5, 'ack'), variant('ours', 5, 'ack'), 'all'),
  like(variant('30 s batch', 1, 'no ack'), variant('ours', 1, 'no ack'), 'all'),
  like(variant('30 s batch', 5, 'no ack'), variant('ours', 5, 'no ack'), 'all'),
  unlike(variant('ours', 5, 'no ack'), variant('ours', 1, 'no ack'), 'gateways', {
    per: 'frame',
    target: { atMost: 1.6 },
  }),
  unlike(variant('textbook', 1, 'ack'), variant('ours', 5, 'no ack'), 'without history', {
    target: { atLeast: 6 },
  }),
  unlike(variant('textbook', 1, 'ack'), variant('ours', 1, 'ack'), 'all'),
  unlike(variant('textbook + create', 1, 'ack'), variant('ours', 5, 'no ack'), 'all', {
    target: { atLeast: 10 },
  }),
];

/** Every variant of the comparisons, once. */
export const VARIANTS: readonly Variant[] = [
  ...new Map(
    COMPARISONS.flatMap(({ above, below }) => [above, below]).map((each) => [nameOf(each), each]),
  ).values(),
].sort((a, b) => STACK_NAMES.indexOf(a.stack) - STACK_NAMES.indexOf(b.stack));
