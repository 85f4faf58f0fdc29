import { installDebianPackages } from '../debian-packages.ts';
import { findProgram } from '../program-path.ts';
import type { PlanContext, ServerName } from './managed-server.ts';
import { REDIS_NAMES, REDIS_POLICIES } from './redis.ts';

/** Debian's and Homebrew's names of what the wanted servers need and this machine lacks. */
function missing(
  wanted: ReadonlySet<ServerName>,
  env: PlanContext['env'],
): { debian: string; brew: string }[] {
  const needsRedis = REDIS_NAMES.some((name) => wanted.has(name) && !env[REDIS_POLICIES[name].variable]);
  return [
    ...(needsRedis && !findProgram('redis-server') ? [{ debian: 'redis-server', brew: 'redis' }] : []),
    ...(wanted.has('haproxy') && !findProgram('haproxy') ? [{ debian: 'haproxy', brew: 'haproxy' }] : []),
  ];
}

/**
 * Installs what is missing in one go: one wait, and where nothing can be installed one line that names everything.
 * @throws LaunchError with the one command that helps
 */
export async function installMissingServers(
  wanted: ReadonlySet<ServerName>,
  context: PlanContext,
): Promise<void> {
  const packages = missing(wanted, context.env);
  if (packages.length === 0) return;
  const names = packages.map(({ debian }) => debian);
  context.onProgress(`installing ${names.join(', ')} (Debian's packages)`);
  await installDebianPackages(
    names,
    packages.map(({ brew }) => brew),
  );
}
