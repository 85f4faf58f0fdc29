/** Decimals like those of a coordinate, and the prefix of a token. */
const COORDINATE = /-?\d{1,3}\.\d{3,}/g;
const TOKEN = /eyJ[\w-]{5,}(\.[\w-]*)*/g;
const MAX_CAUSES = 4;

export interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Name of the Redis connection whose error it is. */
  readonly connection?: string;
  readonly cause?: LoggedError;
}

function clean(text: string): string {
  return text.replace(TOKEN, '[token]').replace(COORDINATE, '[number]');
}

/**
 * The loggable form of an error: type, message, stack and causes. Other properties are left out: ioredis attaches the whole command with its
 * arguments to a refusal, and those of a GEOSEARCH are coordinates.
 */
export function loggedError(error: unknown, causes = MAX_CAUSES): LoggedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: clean(String(error)), stack: undefined };
  const { name, message, stack, cause, connection } = error as Error & { connection?: unknown };
  return {
    type: name,
    message: clean(message),
    stack: stack === undefined ? undefined : clean(stack),
    ...(typeof connection === 'string' ? { connection } : {}),
    ...(cause !== undefined && causes > 0 ? { cause: loggedError(cause, causes - 1) } : {}),
  };
}
