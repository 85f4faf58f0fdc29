import {
  CodedError,
  type DeadLetterView,
  deadLetterListAnswerSchema,
  deadLetterListQuerySchema,
  deadLetterSourceSchema,
  deadLetterSourcesSchema,
  pickFields,
  type RegionId,
  type ReplayedDeadLetter,
  reasonSchema,
  replayDeadLettersSchema,
  replayedDeadLetterSchema,
  replayedDeadLettersSchema,
} from '@rideline/contract';
import { readAudit, writeAudit } from '@rideline/fleet/store/audit';
import type { Database } from '@rideline/fleet/store/database';
import type { Clock } from '@rideline/platform/process/clock';
import type { Principal } from '@rideline/platform/tokens/tokens';
import { z } from 'zod';
import { invalidCursor } from '../http/list-query.ts';
import { type Route, route } from '../http/route.ts';
import type { Dependency } from '../process/dependency.ts';
import type { DeadLetterSource } from './dead-letter-sources.ts';

export interface DeadLetterParts {
  readonly mongo: Dependency;
  readonly redis: Dependency;
  readonly sources: readonly DeadLetterSource[];
  readonly db: Database;
  readonly region: RegionId;
  readonly clock: Clock;
}

const staff = ['operator', 'admin'] as const;
const PROBLEMS = ['NOT_FOUND', 'UNAVAILABLE', 'TIMEOUT'] as const;
/** Dead letters of each source whose causes are counted; one may have several kilobytes. */
const COUNTED = 1000;
const CURSOR = /^\d{1,16}[-.][A-Za-z0-9_-]{1,128}$/;

const sourceParams = z.strictObject({ source: deadLetterSourceSchema });
const letterParams = sourceParams.extend({ id: z.string().regex(/^[A-Za-z0-9_-]{1,128}$/) });

function sourceOf({ sources }: DeadLetterParts, name: string): DeadLetterSource {
  const found = sources.find((source) => source.name === name);
  if (found === undefined) throw new CodedError('NOT_FOUND');
  return found;
}

function checkedCursor(part: 'query' | 'body', cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  if (CURSOR.test(cursor)) return cursor;
  throw invalidCursor(part);
}

/** One page and the cursor of the next. */
async function pageOf(
  { redis }: DeadLetterParts,
  source: DeadLetterSource,
  limit: number,
  after: string | null,
) {
  const found = await redis.read(() => source.list(limit + 1, after));
  const letters = found.slice(0, limit);
  const last = letters.at(-1);
  return { letters, next: found.length > limit && last ? source.cursorOf(last) : null };
}

async function countsOf({ redis }: DeadLetterParts, source: DeadLetterSource) {
  const { name, kind } = source;
  const [count, letters] = await redis.read(() => Promise.all([source.count(), source.list(COUNTED, null)]));
  const byCause: Record<string, number> = {};
  for (const { cause } of letters) byCause[cause] = (byCause[cause] ?? 0) + 1;
  return { source: name, kind, count, byCause, counted: letters.length };
}

/** Target of a dead letter in the audit log. */
const targetOf = (source: DeadLetterSource, id: string) => `dead-letter:${source.name}:${id}`;

/** Writes the audit entry, then replays: no replay lacks its entry. */
async function replay(
  { mongo, redis, db, region, clock }: DeadLetterParts,
  source: DeadLetterSource,
  letter: DeadLetterView,
  by: { caller: Principal; reason: string },
): Promise<ReplayedDeadLetter['outcome']> {
  const { id, cause, replayable } = letter;
  if (!replayable) return 'refused';
  const entry = {
    actor: { role: by.caller.role, id: by.caller.userId },
    action: 'dead_letter.replay',
    target: targetOf(source, id),
    data: { reason: by.reason, cause },
  };
  await mongo.call(() => writeAudit(db, region, entry, new Date(clock.wallMs())));
  return (await redis.call(() => source.replay(id))) ? 'replayed' : 'already';
}

function readingRoutes(parts: DeadLetterParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/dead-letters',
      operation: 'listDeadLetterSources',
      summary: 'Dead letters, which could not be processed: counts by source and cause.',
      access: staff,
      limit: 'standard',
      answer: deadLetterSourcesSchema,
      problems: PROBLEMS,
      handle: async () => ({
        sources: await Promise.all(parts.sources.map((source) => countsOf(parts, source))),
      }),
    }),
    route({
      method: 'get',
      path: '/v1/dead-letters/:source',
      operation: 'listDeadLetters',
      summary: 'Dead letters of one source, oldest first, without their content.',
      access: staff,
      limit: 'standard',
      params: sourceParams,
      query: deadLetterListQuerySchema,
      answer: deadLetterListAnswerSchema,
      problems: PROBLEMS,
      handle: async ({ params, query: { limit, cursor, fields } }) => {
        const after = checkedCursor('query', cursor);
        const { letters, next } = await pageOf(parts, sourceOf(parts, params.source), limit, after);
        return { letters: letters.map((letter) => pickFields(letter, fields)), next };
      },
    }),
  ];
}

function replayRoutes(parts: DeadLetterParts): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/dead-letters/:source/:id/replay',
      operation: 'replayDeadLetter',
      summary: 'Replays one dead letter. Repeats have no second effect; unreadable dead letters are refused.',
      access: staff,
      limit: 'standard',
      params: letterParams,
      body: reasonSchema,
      answer: replayedDeadLetterSchema,
      problems: PROBLEMS,
      handle: async ({ params: { source: name, id }, body: { reason }, caller }) => {
        const source = sourceOf(parts, name);
        const letter = await parts.redis.read(() => source.find(id));
        if (letter !== null) return { id, outcome: await replay(parts, source, letter, { caller, reason }) };
        const { mongo, db, region } = parts;
        const before = await mongo.read(() => readAudit(db, region, targetOf(source, id), 1));
        if (before.length === 0) throw new CodedError('NOT_FOUND');
        return { id, outcome: 'already' as const };
      },
    }),
    route({
      method: 'post',
      path: '/v1/dead-letters/:source/replay',
      operation: 'replayDeadLetters',
      summary:
        'Replays a batch, oldest first. Unreadable dead letters stay, and `next` continues after them.',
      access: staff,
      limit: 'standard',
      params: sourceParams,
      body: replayDeadLettersSchema,
      answer: replayedDeadLettersSchema,
      problems: PROBLEMS,
      handle: async ({ params, body: { reason, limit, cursor }, caller, signal }) => {
        const source = sourceOf(parts, params.source);
        const { letters, next } = await pageOf(parts, source, limit, checkedCursor('body', cursor));
        const outcomes = { replayed: 0, already: 0, refused: 0 };
        for (const letter of letters) {
          signal.throwIfAborted();
          outcomes[await replay(parts, source, letter, { caller, reason })] += 1;
        }
        return { ...outcomes, next };
      },
    }),
  ];
}

export function deadLetterRoutes(parts: DeadLetterParts): Route[] {
  return [...readingRoutes(parts), ...replayRoutes(parts)];
}
