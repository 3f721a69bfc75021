import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/crash/**', 'test/package/**'],
    pool: 'forks',
    // One worker a core: the default leaves one idle.
    maxWorkers: '100%',
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default', './scripts/count-tests.mjs'],
  },
});
