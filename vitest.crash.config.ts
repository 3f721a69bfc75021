import { defineConfig } from 'vitest/config';

/** Tests that kill, stop and starve child processes: `npm run test:crash`, after `npm run build`. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/crash/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 300_000,
    hookTimeout: 60_000,
    reporters: ['default', './scripts/count-tests.mjs'],
  },
});
