/** Limits that are never reached, for load tools and tests: one of their users sends as much as thousands, all their clients have one address, and they cause lag on purpose. */
export const RAISED_LIMITS = {
  RIDELINE_LIMIT_STANDARD: '10000000',
  RIDELINE_LIMIT_CRITICAL: '10000000',
  RIDELINE_LIMIT_UPLOAD: '10000000',
  RIDELINE_UNAUTHENTICATED_PER_ADDRESS: '100000',
  RIDELINE_FRONT_CONNECTIONS_PER_ADDRESS: '0',
  RIDELINE_SHED_LAG_MS: '600000',
} as const;
