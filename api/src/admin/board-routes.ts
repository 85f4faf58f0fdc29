import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { KoaAdapter } from '@bull-board/koa';
import { boardSessionSchema, CodedError, toIsoTime } from '@rideline/contract';
import type { Revocations } from '@rideline/fleet/accounts/revocation-list';
import type { openBoardQueues } from '@rideline/platform/queues/queue-board';
import type { Context, Middleware } from 'koa';
import { type Route, route } from '../http/route.ts';
import { BOARD_POLICY } from '../http/security-headers.ts';
import { queryObject } from '../http/validation.ts';
import type { Dependency } from '../process/dependency.ts';
import { ADMINS, type AdminParts, audited, READ_PROBLEMS } from './admin-parts.ts';
import { BOARD_PATH, type BoardSessions, boardCookie } from './board-sessions.ts';

/** Fonts that bull-board's page loads from another host; the content security policy forbids them, so they are removed. */
const FOREIGN_FONTS = /<link href="https:\/\/fonts\.[^>]*>/g;

export function boardSessionRoutes(parts: AdminParts & { readonly boards: BoardSessions }): Route[] {
  const { redis } = parts;
  return [
    route({
      method: 'post',
      path: '/v1/admin/board-session',
      operation: 'openBoardSession',
      summary: "Opens the queue board for 15 minutes: the answer sets a cookie limited to the board's path.",
      access: ADMINS,
      limit: 'standard',
      answer: boardSessionSchema,
      problems: READ_PROBLEMS,
      handle: async ({ caller, setHeader }) => {
        await audited(parts, caller, { action: 'board.open', target: `region:${parts.region}`, data: {} });
        const opened = await redis.call(() => parts.boards.open(caller, parts.clock.wallMs()));
        setHeader('Set-Cookie', opened.cookie);
        return { url: BOARD_PATH, expiresAt: toIsoTime(opened.expiresAtMs) };
      },
    }),
  ];
}

/** bull-board, read-only: dead letters are replayed over REST, where a reason is required. */
function boardOf(queues: ReturnType<typeof openBoardQueues>['queues']): Middleware {
  const serverAdapter = new KoaAdapter();
  serverAdapter.setBasePath(BOARD_PATH);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Rideline queues' } },
  });
  // Its own handler answers 500 for whatever has no status, a path that does not exist included.
  serverAdapter.setErrorHandler((error) => {
    throw error;
  });
  return serverAdapter.registerPlugin({ mount: BOARD_PATH }) as unknown as Middleware;
}

/** A number in a query of the board's page. BullMQ passes it to Redis, which fails at larger ones. */
const NUMBER = /^\d{1,9}$/;
const NUMBERS = new Set(['page', 'jobsPerPage', 'depth', 'maxChildren']);
/** bull-board decodes values once more: a percent sign in one ends in a URIError, a control character in an error of BullMQ. */
const TEXT = /^[^%\p{Cc}]{0,256}$/u;

/** @throws CodedError VALIDATION */
function checkBoardQuery(querystring: string): void {
  for (const [name, value] of Object.entries(queryObject(new URLSearchParams(querystring)))) {
    const fits = (NUMBERS.has(name) ? NUMBER : TEXT).test(value);
    if (fits) continue;
    const issues = [{ path: `query.${name.slice(0, 64)}`, message: 'must be a value that the board sends' }];
    throw new CodedError('VALIDATION', undefined, { issues });
  }
}

/** What the board's middleware throws about a path or a file: a path that leaves its folder, a broken escape, a file that is not there. */
function asRefusal(error: unknown): unknown {
  const { status } = error as { readonly status?: unknown };
  const isRefusal =
    error instanceof URIError || (typeof status === 'number' && status >= 400 && status < 500);
  return isRefusal ? new CodedError('NOT_FOUND', undefined, { cause: error }) : error;
}

/** Answers from the board. Its own `next` must not throw: the board would take that for an error of its own. */
async function answerFromBoard(board: Middleware, ctx: Context): Promise<void> {
  let isBoards = true;
  const missed = async () => {
    isBoards = false;
  };
  try {
    await board(ctx, missed);
  } catch (error) {
    throw asRefusal(error);
  }
  if (!isBoards) throw new CodedError('NOT_FOUND');
}

/** The queue board behind its cookie. `open` opens its queues at the first visit of an admin. */
export function queueBoard(parts: {
  readonly redis: Dependency;
  readonly boards: BoardSessions;
  readonly revocations: Pick<Revocations, 'isRevoked'>;
  readonly open: () => ReturnType<typeof openBoardQueues>['queues'];
}): Middleware {
  let board: Middleware | undefined;
  return async (ctx, next) => {
    if (ctx.path !== BOARD_PATH && !ctx.path.startsWith(`${BOARD_PATH}/`)) return next();
    ctx.state.route = BOARD_PATH;
    ctx.compress = false;
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') throw new CodedError('METHOD_NOT_ALLOWED');
    checkBoardQuery(ctx.querystring);
    const secret = boardCookie(ctx.get('Cookie'));
    const admin = secret === null ? null : await parts.redis.read(() => parts.boards.find(secret));
    if (admin === null || admin.role !== 'admin') throw new CodedError('UNAUTHENTICATED');
    if (parts.revocations.isRevoked(admin)) throw new CodedError('TOKEN_REVOKED');
    board ??= boardOf(parts.open());
    await answerFromBoard(board, ctx);
    ctx.set('Content-Security-Policy', BOARD_POLICY);
    ctx.set('Cache-Control', ctx.path.includes('/static/') ? 'private, max-age=3600' : 'no-store');
    if (typeof ctx.body === 'string') ctx.body = ctx.body.replace(FOREIGN_FONTS, '');
  };
}
