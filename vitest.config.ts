import { defineConfig } from 'vitest/config';

/**
 * Time limits end what hangs: they are several times what a busy machine needs, so that load alone fails nothing.
 * Projects run group by group. Chaos runs one file at a time and alone, so that faults are the only trouble that a cluster has; integration and
 * end-to-end tests wait more than they work: two files of integration at a time left two cores idle for half of the time.
 */
const WITH_SERVERS = { hookTimeout: 300_000, teardownTimeout: 60_000 };
const ONE_FILE_AT_A_TIME = { ...WITH_SERVERS, fileParallelism: false };
const TWO_FILES_AT_A_TIME = { ...WITH_SERVERS, maxWorkers: 2 };
const THREE_FILES_AT_A_TIME = { ...WITH_SERVERS, maxWorkers: 3 };

export default defineConfig({
  test: {
    environment: 'node',
    passWithNoTests: true,
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
            '{packages/*,realtime,api,workers,mobile-sdk,dashboard,apps}/src/**/*.test.ts',
            '{infra,load}/**/*.test.ts',
            'tests/*.test.ts',
            'tests/harness/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', 'infra/mongo-standin/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'property',
          include: ['tests/property/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
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
          sequence: { groupOrder: 2 },
          ...THREE_FILES_AT_A_TIME,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['tests/chaos/**/*.test.ts'],
          testTimeout: 600_000,
          sequence: { groupOrder: 3 },
          ...ONE_FILE_AT_A_TIME,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          sequence: { groupOrder: 4 },
          ...TWO_FILES_AT_A_TIME,
        },
      },
    ],
  },
});
