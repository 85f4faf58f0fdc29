import { z } from 'zod';

const schema = z.object({
  BASELINE_NAME: z.string().min(1),
  BASELINE_VARIANT: z.enum(['rest', 'queue', 'index', 'cache']),
  BASELINE_ROLE: z.enum(['server', 'worker']),
  BASELINE_INNER_PORT: z.coerce.number().int().positive(),
  /** One process of a stack counts the backlog of matching. */
  BASELINE_COUNTS_BACKLOG: z.stringbool(),
  BASELINE_SEARCH_BUDGET_MS: z.coerce.number().int().positive(),
  BASELINE_OFFER_WINDOW_MS: z.coerce.number().int().positive(),
  MONGODB_URI: z.string().min(1),
  REDIS_STATE_URL: z.string().min(1),
  RIDELINE_TOKEN_KEYS_FILE: z.string().min(1),
  RIDELINE_REGION: z.string().default('main'),
});

export type BaselineConfig = ReturnType<typeof readBaselineConfig>;

/** What a process of a baseline stack is started with. @throws z.ZodError that names what is missing */
export function readBaselineConfig(env: NodeJS.ProcessEnv) {
  const values = schema.parse(env);
  return {
    name: values.BASELINE_NAME,
    variant: values.BASELINE_VARIANT,
    role: values.BASELINE_ROLE,
    innerPort: values.BASELINE_INNER_PORT,
    countsBacklog: values.BASELINE_COUNTS_BACKLOG,
    searchBudgetMs: values.BASELINE_SEARCH_BUDGET_MS,
    offerWindowMs: values.BASELINE_OFFER_WINDOW_MS,
    mongodbUri: values.MONGODB_URI,
    redisUrl: values.REDIS_STATE_URL,
    tokenKeysFile: values.RIDELINE_TOKEN_KEYS_FILE,
    region: values.RIDELINE_REGION,
  };
}
