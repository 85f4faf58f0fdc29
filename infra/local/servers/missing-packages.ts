import { installDebianPackages } from '../debian-packages.ts';
import { findProgram } from '../program-path.ts';
import type { PlanContext, ServerName } from './managed-server.ts';
import { REDIS_NAMES, REDIS_POLICIES } from './redis.ts';

/** Debian's and Homebrew's packages that the selected servers need and this machine lacks. */
function missing(
  selected: ReadonlySet<ServerName>,
  env: PlanContext['env'],
): { debian: string; brew: string }[] {
  const needsRedis = REDIS_NAMES.some((name) => selected.has(name) && !env[REDIS_POLICIES[name].variable]);
  return [
    ...(needsRedis && !findProgram('redis-server') ? [{ debian: 'redis-server', brew: 'redis' }] : []),
    ...(selected.has('haproxy') && !findProgram('haproxy') ? [{ debian: 'haproxy', brew: 'haproxy' }] : []),
  ];
}

/**
 * Installs all missing packages in one run: one wait, and one line that names everything when nothing can be installed.
 * @throws LaunchError with the command that installs them by hand
 */
export async function installMissingServers(
  selected: ReadonlySet<ServerName>,
  context: PlanContext,
): Promise<void> {
  const packages = missing(selected, context.env);
  if (packages.length === 0) return;
  const names = packages.map(({ debian }) => debian);
  context.onProgress(`installing ${names.join(', ')} (Debian's packages)`);
  await installDebianPackages(
    names,
    packages.map(({ brew }) => brew),
  );
}
