import { type Logger, type LoggerOptions, pino } from 'pino';
import { loggedError } from './logged-error.ts';
import { StandardOutput } from './standard-output.ts';

export type { Logger };

/**
 * The process's logger: JSON lines on standard output. Tokens and coordinates must not appear in a line; the paths below are the second
 * safeguard after not logging them (a test searches the logs of a whole run for planted ones).
 */
export function createLogger(options: {
  process: string;
  level: string;
  /** A line was lost: standard output has not accepted any for a while. */
  onLost?: () => void;
}): Logger {
  const settings: LoggerOptions = {
    level: options.level,
    base: { process: options.process },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: (error: unknown) => loggedError(error) },
    redact: {
      paths: [
        'token',
        '*.token',
        'auth',
        '*.auth',
        'authorization',
        '*.authorization',
        'cookie',
        '*.cookie',
        'password',
        '*.password',
        'lat',
        'lng',
        '*.lat',
        '*.lng',
        'fixes',
        '*.fixes',
        'position',
        '*.position',
      ],
      censor: '[redacted]',
    },
  };
  return pino(settings, new StandardOutput(options.onLost ?? (() => undefined)));
}
