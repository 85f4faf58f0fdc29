import { type Logger, pino } from 'pino';
import { loggedError } from './logged-error.ts';

export type { Logger };

/**
 * The process's logger: JSON lines on standard output. Tokens and coordinates must not appear in a line; the paths below are the second
 * safeguard after not logging them (a test searches the logs of a whole run for planted ones).
 */
export function createLogger(options: { process: string; level: string }): Logger {
  return pino({
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
  });
}
