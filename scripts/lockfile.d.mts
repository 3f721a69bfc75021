/** What lockfile.mjs reads of an entry of `packages` in package-lock.json. */
export interface LockEntry {
  version?: string;
  resolved?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

/** Path in node_modules ('' = the project itself) → entry. */
export type LockedPackages = Record<string, LockEntry>;

export function missingOptionalDependencies(
  packages: LockedPackages,
): { name: string; version: string; parent: string }[];

export function withOptionalDependencies(packages: LockedPackages): LockedPackages;
