import { apiConfig } from '@rideline/api/config';
import { openApiOf } from '@rideline/api/description/openapi';
import type { Route } from '@rideline/api/http/route';
import { allRoutes } from '@rideline/api/routes';
import { loadConfig } from '@rideline/platform/config/config';

/** Whatever is asked of it, it is itself: routes are declared with it, and never called. */
function placeholder(): never {
  const itself: unknown = new Proxy(() => itself, {
    get: (_target, name) => (name === Symbol.toPrimitive ? () => '' : itself),
    apply: () => itself,
  });
  return itself as never;
}

/** The routes as they are declared, without a server. */
export function declaredRoutes(): Route[] {
  const nothing = placeholder();
  return allRoutes({
    config: loadConfig({}, 'api', apiConfig),
    keys: nothing,
    accounts: nothing,
    clock: nothing,
    health: nothing,
    state: nothing,
    db: nothing,
    dependencies: nothing,
    fixes: nothing,
    deadLetters: [],
    documents: nothing,
    limiter: nothing,
    cache: nothing,
    lastAnswers: nothing,
    boards: nothing,
    metrics: nothing,
    log: nothing,
  });
}

/** The API's OpenAPI document without a server. */
export function apiDocument(): object {
  return openApiOf(declaredRoutes());
}

/** docs/reference/openapi.json as it has to be. */
export function renderOpenApi(): string {
  return `${JSON.stringify(apiDocument(), null, 2)}\n`;
}
