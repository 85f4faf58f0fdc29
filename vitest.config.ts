import { defineConfig } from 'vitest/config';
import { FILES_AT_A_TIME, FileOrder } from './tests/file-order.ts';

/**
 * Time limits end what hangs: they are several times what a busy machine needs, so that load alone fails nothing.
 * Files of all projects run together, in the order of `tests/file-order.ts`.
 */
const EVERYWHERE = { maxWorkers: FILES_AT_A_TIME, setupFiles: ['tests/worker-file.ts'] };
const WITH_SERVERS = { ...EVERYWHERE, hookTimeout: 300_000, teardownTimeout: 60_000 };

export default defineConfig({
  test: {
    environment: 'node',
    passWithNoTests: true,
    sequence: { sequencer: FileOrder },
    // `./rideline test --coverage`: a report, no threshold.
    coverage: {
      provider: 'v8',
      include: [
        '{packages/*,realtime,api,workers,mobile-sdk,dashboard,apps,load}/src/**/*.{ts,tsx}',
        'infra/**/*.ts',
      ],
      exclude: ['**/*.test.ts'],
      reporter: ['text-summary', 'html', 'lcovonly'],
      reportsDirectory: 'coverage',
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages/*,realtime,api,workers,mobile-sdk,dashboard,apps}/{src,build}/**/*.test.ts',
            '{infra,load}/**/*.test.ts',
            'tests/*.test.ts',
            'tests/harness/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'infra/mongo-standin/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...EVERYWHERE,
        },
      },
      {
        test: {
          name: 'property',
          include: ['tests/property/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          ...EVERYWHERE,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'tests/integration/**/*.test.ts',
            'tests/packages/**/*.test.ts',
            'infra/mongo-standin/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/target/**'],
          testTimeout: 300_000,
          ...WITH_SERVERS,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['tests/chaos/**/*.test.ts'],
          testTimeout: 600_000,
          ...WITH_SERVERS,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          ...WITH_SERVERS,
        },
      },
    ],
  },
});
