/** Limits that nobody reaches: for load tools and tests, whose one user does the work of thousands and who lag on purpose. */
export const ROOMY_LIMITS = {
  RIDELINE_LIMIT_STANDARD: '10000000',
  RIDELINE_LIMIT_CRITICAL: '10000000',
  RIDELINE_LIMIT_UPLOAD: '10000000',
  RIDELINE_SHED_LAG_MS: '600000',
} as const;
