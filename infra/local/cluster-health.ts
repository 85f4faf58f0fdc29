import { type Health, healthSchema } from '@rideline/contract';

const HEALTH_MS = 3000;

/** What the front port says of the whole cluster; null when it does not answer. */
export async function healthOf(url: string): Promise<Health | null> {
  try {
    const answer = await fetch(`${url}/health`, { signal: AbortSignal.timeout(HEALTH_MS) });
    return healthSchema.parse(await answer.json());
  } catch {
    // No answer, or another program's: both mean that the cluster does not say that it is well.
    return null;
  }
}

/** One line for each reason. */
export function describeHealth(health: Health | null): string[] {
  if (health === null) return [`health: no answer within ${HEALTH_MS / 1000} s`];
  const reasons = health.reasons.map(({ dependency, reason }) => `  ${dependency}: ${reason}`);
  return [`health: ${health.status}`, ...reasons];
}
