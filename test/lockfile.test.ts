import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LockedPackages } from '../scripts/lockfile.d.mts';
import { missingOptionalDependencies, withOptionalDependencies } from '../scripts/lockfile.mjs';

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: LockedPackages;
};

describe('package-lock.json', () => {
  it('has an entry for every optional dependency, so that npm ci works on every platform', () => {
    expect(missingOptionalDependencies(lock.packages)).toEqual([]);
  });

  it('names no server that packages come from', () => {
    expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  });
});

describe('completing a lock', () => {
  const packages: LockedPackages = {
    '': {},
    'node_modules/tool': {
      dev: true,
      optionalDependencies: {
        'tool-linux-x64-musl': '1.0.0',
        '@t/tool-win32-arm64': '1.0.0',
        'tool-darwin-x64': '1.0.0',
      },
    },
    'node_modules/tool/node_modules/tool-darwin-x64': { version: '1.0.0' },
  };

  it('finds what has no entry beside its parent or above', () => {
    expect(missingOptionalDependencies(packages).map(({ name }) => name)).toEqual([
      'tool-linux-x64-musl',
      '@t/tool-win32-arm64',
    ]);
  });

  it('adds them with their platform, in order, and then none is missing', () => {
    const completed = withOptionalDependencies(packages);
    expect(missingOptionalDependencies(completed)).toEqual([]);
    expect(Object.keys(completed)).toEqual([
      '',
      'node_modules/@t/tool-win32-arm64',
      'node_modules/tool',
      'node_modules/tool-linux-x64-musl',
      'node_modules/tool/node_modules/tool-darwin-x64',
    ]);
    expect(completed['node_modules/tool-linux-x64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
  });

  it.each([
    ['a range', { 'tool-linux-x64': '^1.0.0' }],
    ['no platform', { 'tool-native': '1.0.0' }],
  ])('refuses %s', (_, optionalDependencies) => {
    expect(() => withOptionalDependencies({ 'node_modules/tool': { optionalDependencies } })).toThrow();
  });
});
