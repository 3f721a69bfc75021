import { defineConfig } from 'vitest/config';

/** Tests that pack and install the package: `npm run test:package`. They need a registry, or npm's cache of it. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/package/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 600_000,
    reporters: ['default', './scripts/count-tests.mjs'],
  },
});
