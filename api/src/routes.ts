import { userIdSchema } from '@rideline/contract';
import { createLiveSearch } from '@rideline/fleet/live-search';
import { createModels } from '@rideline/fleet/models';
import { createTripDesk } from '@rideline/fleet/trip-desk';
import type { Cache } from '@rideline/platform/cache';
import type { Clock } from '@rideline/platform/clock';
import type { Config } from '@rideline/platform/config';
import type { Health } from '@rideline/platform/health';
import type { Metrics } from '@rideline/platform/metrics';
import type { Mongo } from '@rideline/platform/mongo';
import type { RedisClient } from '@rideline/platform/redis';
import type { RequestLimiter } from '@rideline/platform/request-limiter';
import type { Logger } from '@rideline/platform/telemetry';
import type { TokenKeys } from '@rideline/platform/tokens';
import { jwksRoutes } from './accounts/jwks.ts';
import { meRoutes } from './accounts/me.ts';
import type { Accounts } from './accounts/open-accounts.ts';
import { createSessionLimits } from './accounts/session-limits.ts';
import { signInRoutes } from './accounts/sign-in.ts';
import { userRoutes } from './accounts/users.ts';
import { adminRoutes } from './admin/admin-routes.ts';
import type { BoardSessions } from './admin/board-sessions.ts';
import { cacheRoutes } from './cache/cache-routes.ts';
import { catalogueRoutes } from './catalogue/catalogue-routes.ts';
import { fareRoutes } from './catalogue/fare-routes.ts';
import { preferenceRoutes } from './catalogue/preference-routes.ts';
import type { DeadLetterSource } from './dead-letter-sources.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { devTripRoutes } from './dev-trips.ts';
import type { DocumentParts } from './documents/document-parts.ts';
import { documentRoutes } from './documents/document-routes.ts';
import { driverFixesRoutes } from './driver-fixes.ts';
import { driverHistoryRoutes } from './driver-history.ts';
import { driverSearchRoutes } from './driver-search.ts';
import { errorRoutes } from './errors.ts';
import type { FixIngest } from './fix-ingest.ts';
import { healthRoutes } from './health.ts';
import { notificationRoutes } from './notifications.ts';
import { withOpenApi } from './openapi.ts';
import type { Route } from './route.ts';
import { createSignInLimits } from './sign-in-limits.ts';
import { timeRoutes } from './time.ts';
import { tripCommandRoutes } from './trip-commands.ts';
import { tripReadingRoutes } from './trip-reading.ts';
import { tripRequestRoutes } from './trip-requests.ts';

/** Every route of the API, with what it works on. */
export function allRoutes(parts: {
  config: Config;
  keys: TokenKeys;
  accounts: Accounts;
  clock: Clock;
  health: Health;
  state: RedisClient;
  mongo: Mongo;
  fixes: FixIngest;
  deadLetters: readonly DeadLetterSource[];
  documents: DocumentParts;
  limiter: RequestLimiter;
  cache: Cache;
  boards: BoardSessions;
  metrics: Metrics;
  log: Logger;
}): Route[] {
  const { config, keys, accounts, clock, health, state, mongo, fixes, deadLetters, metrics, log } = parts;
  const { region, searchFreshMs, searchBudgetMs, demoOperator, production } = config;
  const models = createModels(mongo);
  const onHintLost = (error: Error) => log.warn({ reason: error.message }, "hint of a trip's change is lost");
  const desk = createTripDesk({ models, state, region, clock, searchBudgetMs, onHintLost });
  const { cache } = parts;
  const catalogue = { models, cache, region, clock };
  const tripParts = { desk, models, state, region };
  const search = createLiveSearch({ redis: state, region, clock, freshMs: searchFreshMs });
  const operator = demoOperator && {
    name: userIdSchema.parse(demoOperator.name),
    password: demoOperator.password,
  };
  const signInLimits = createSignInLimits(parts.limiter);
  return withOpenApi([
    ...healthRoutes(health),
    ...errorRoutes,
    ...timeRoutes(clock),
    ...jwksRoutes(keys),
    ...signInRoutes({
      desk: accounts.desk,
      operator,
      limits: signInLimits,
      sessionLimits: createSessionLimits(parts.limiter),
      metrics,
    }),
    ...meRoutes({ desk: accounts.desk, cache, limits: signInLimits, metrics }),
    ...userRoutes(accounts.desk),
    ...driverSearchRoutes({ search, cache, cacheMs: config.searchCacheMs, clock, metrics }),
    ...catalogueRoutes(catalogue),
    ...fareRoutes(catalogue),
    ...preferenceRoutes(catalogue),
    ...cacheRoutes(cache, config.process),
    ...driverFixesRoutes(fixes.ingest),
    ...driverHistoryRoutes(models, region),
    ...tripRequestRoutes(tripParts),
    ...tripReadingRoutes(tripParts),
    ...tripCommandRoutes(tripParts),
    ...notificationRoutes({ models, region, clock }),
    ...deadLetterRoutes({ sources: deadLetters, models, region, clock }),
    ...documentRoutes(parts.documents),
    ...adminRoutes({ ...config, models, state, region, clock, log, boards: parts.boards }),
    ...(production ? [] : devTripRoutes(desk)),
  ]);
}
