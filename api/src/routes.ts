import { userIdSchema } from '@rideline/contract';
import { revocationKeptMs } from '@rideline/fleet/accounts/session-rules';
import { createLiveSearch } from '@rideline/fleet/live/live-search';
import type { Database } from '@rideline/fleet/store/database';
import { createTripStore } from '@rideline/fleet/trips/trip-store';
import type { Cache } from '@rideline/platform/cache/cache';
import type { RequestLimiter } from '@rideline/platform/limits/request-limiter';
import type { Clock } from '@rideline/platform/process/clock';
import type { Health } from '@rideline/platform/process/health';
import type { Logger } from '@rideline/platform/process/logger';
import type { RedisClient } from '@rideline/platform/redis/redis';
import type { TokenKeys } from '@rideline/platform/tokens/tokens';
import { jwksRoutes } from './accounts/jwks-routes.ts';
import { meRoutes } from './accounts/me-routes.ts';
import type { Accounts } from './accounts/open-accounts.ts';
import { createSessionLimits } from './accounts/session-limits.ts';
import { createSignInLimits } from './accounts/sign-in-limits.ts';
import { signInRoutes } from './accounts/sign-in-routes.ts';
import { userRoutes } from './accounts/user-routes.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import type { BoardSessions } from './admin/board-sessions.ts';
import { cacheRoutes } from './cache/cache-routes.ts';
import type { LastAnswers } from './cache/last-answers.ts';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { fareRoutes } from './catalogue/fare-routes.ts';
import { preferenceRoutes } from './catalogue/preference-routes.ts';
import type { ApiConfig } from './config.ts';
import { deadLetterRoutes } from './dead-letters/dead-letter-routes.ts';
import type { DeadLetterSource } from './dead-letters/dead-letter-sources.ts';
import { withDescriptions } from './description/description-routes.ts';
import type { DocumentParts } from './documents/document-parts.ts';
import { documentRoutes } from './documents/document-routes.ts';
import { driverHealthRoutes } from './drivers/driver-health-routes.ts';
import type { FixIngest } from './drivers/fix-ingest.ts';
import { driverFixesRoutes } from './drivers/fix-upload-routes.ts';
import { driverHistoryRoutes } from './drivers/history-routes.ts';
import { driverSearchRoutes } from './drivers/search-routes.ts';
import { homeRoutes } from './home/home-routes.ts';
import type { Route } from './http/route.ts';
import type { ApiMetrics } from './metrics.ts';
import { notificationRoutes } from './notifications/notification-routes.ts';
import type { Dependencies } from './process/dependency.ts';
import { errorRoutes } from './service/error-routes.ts';
import { healthRoutes } from './service/health-routes.ts';
import { timeRoutes } from './service/time-routes.ts';
import { tripCommandRoutes } from './trips/command-routes.ts';
import { tripHistoryRoutes } from './trips/history-routes.ts';
import { tripReadingRoutes } from './trips/reading-routes.ts';
import { tripRequestRoutes } from './trips/request-routes.ts';
import { shareRoutes } from './trips/share-routes.ts';
import { devTripRoutes } from './trips/trip-import-routes.ts';

/** Every route of the API, with its dependencies. */
export function allRoutes(parts: {
  config: ApiConfig;
  keys: TokenKeys;
  accounts: Accounts;
  clock: Clock;
  health: Health;
  state: RedisClient;
  db: Database;
  dependencies: Dependencies;
  fixes: FixIngest;
  deadLetters: readonly DeadLetterSource[];
  documents: DocumentParts;
  limiter: RequestLimiter;
  cache: Cache;
  lastAnswers: LastAnswers;
  boards: BoardSessions;
  metrics: ApiMetrics;
  log: Logger;
}): Route[] {
  const { config, keys, accounts, clock, health, state, db, fixes, deadLetters, metrics, log } = parts;
  const { mongo, redis } = parts.dependencies;
  const { region, searchFreshMs, searchBudgetMs, silence, demoOperator, production } = config;
  const onHintLost = (error: Error) => log.warn({ reason: error.message }, "hint of a trip's change is lost");
  const tripStore = createTripStore({ db, state, region, clock, searchBudgetMs, silence, onHintLost });
  const { cache, lastAnswers } = parts;
  const catalogue = { mongo, db, cache, region, clock };
  const tripParts = { mongo, redis, tripStore, db, state, region, lastAnswers };
  const search = createLiveSearch({ redis: state, region, clock, freshMs: searchFreshMs });
  const operator = demoOperator && {
    name: userIdSchema.parse(demoOperator.name),
    password: demoOperator.password,
  };
  const signInLimits = createSignInLimits(parts.limiter);
  const shares = {
    db,
    state,
    region,
    keys,
    tripStore,
    wallMs: clock.wallMs,
    keptMs: revocationKeptMs(production),
    onRevocation: accounts.accountService.onRevocation,
    onStreamLost: accounts.accountService.onStreamLost,
  };
  return withDescriptions([
    ...healthRoutes(health),
    ...errorRoutes,
    ...timeRoutes(clock),
    ...jwksRoutes(keys),
    ...signInRoutes({
      mongo,
      accountService: accounts.accountService,
      operator,
      limits: signInLimits,
      sessionLimits: createSessionLimits(parts.limiter, keys),
      metrics,
    }),
    ...meRoutes({ mongo, accountService: accounts.accountService, cache, limits: signInLimits, metrics }),
    ...userRoutes({ mongo, accountService: accounts.accountService }),
    ...driverSearchRoutes({ redis, search, cache, cacheMs: config.searchCacheMs, clock, metrics }),
    ...catalogueRoutes(catalogue),
    ...fareRoutes(catalogue),
    ...preferenceRoutes(catalogue),
    ...cacheRoutes(cache, config.process),
    ...driverFixesRoutes({ ingest: fixes.ingest, state, region, clock }),
    ...driverHistoryRoutes({ mongo, db, region, lastAnswers }),
    ...driverHealthRoutes({ mongo, db, region, clock }),
    ...tripRequestRoutes(tripParts),
    ...tripReadingRoutes(tripParts),
    ...tripHistoryRoutes(tripParts),
    ...shareRoutes({ ...tripParts, shares, limiter: parts.limiter }),
    ...homeRoutes({
      ...catalogue,
      redis,
      state,
      search,
      searchCacheMs: config.searchCacheMs,
      tripStore,
      lastAnswers,
    }),
    ...tripCommandRoutes(tripParts),
    ...notificationRoutes({ mongo, db, region, clock, lastAnswers }),
    ...deadLetterRoutes({ sources: deadLetters, mongo, redis, db, region, clock }),
    ...documentRoutes(parts.documents),
    ...adminRoutes({ ...config, mongo, redis, db, state, region, clock, log, cache, boards: parts.boards }),
    ...(production ? [] : devTripRoutes(tripParts)),
  ]);
}
