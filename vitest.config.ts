import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/crash/**', 'test/package/**'],
    pool: 'forks',
    // One worker a core, which loads every module once: by default one core is idle, and each file loads all anew.
    maxWorkers: '100%',
    isolate: false,
    testTimeout: 180_000,
    hookTimeout: 120_000,
    reporters: ['default', './scripts/count-tests.mjs'],
  },
});
