/**
 * What `npm ci` needs on every platform: an entry in the lock for each optional dependency that any package in it
 * names. npm leaves out those that it could not look up when the lock was made.
 */

/** Words of a platform package's name → the `os`, `cpu` and `libc` of its lock entry. */
const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'sunos', 'win32'];
const PROCESSORS = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/**
 * The optional dependencies that have no entry, each with the package that names it.
 * @param {import('./lockfile.d.mts').LockedPackages} packages `packages` of a package-lock.json
 * @returns {{ name: string, version: string, parent: string }[]}
 */
export function missingOptionalDependencies(packages) {
  return Object.entries(packages).flatMap(([parent, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isLocked(packages, parent, name))
      .map(([name, version]) => ({ name, version, parent })),
  );
}

/**
 * The lock's packages with an entry for every optional dependency, in npm's order. Throws for one that is not pinned
 * to an exact version, because then nothing here knows which one to lock.
 * @param {import('./lockfile.d.mts').LockedPackages} packages
 * @returns {import('./lockfile.d.mts').LockedPackages}
 */
export function withOptionalDependencies(packages) {
  const added = missingOptionalDependencies(packages).map(({ name, version, parent }) => {
    if (!EXACT_VERSION.test(version))
      throw new Error(`${parent} names ${name}@${version}, which is no exact version`);
    return [`node_modules/${name}`, platformEntry(name, version, packages[parent]?.dev === true)];
  });
  const all = [...Object.entries(packages), ...added];
  return Object.fromEntries(all.sort(([a], [b]) => a.localeCompare(b, 'en')));
}

/** Node's resolution: beside the parent, then further up. */
function isLocked(packages, parent, name) {
  for (
    let directory = parent;
    ;
    directory = directory.slice(0, Math.max(0, directory.lastIndexOf('node_modules/') - 1))
  ) {
    if (Object.hasOwn(packages, `${directory === '' ? '' : `${directory}/`}node_modules/${name}`))
      return true;
    if (directory === '') return false;
  }
}

/** The entry npm would have made, but for the integrity that only the package itself could give. */
function platformEntry(name, version, dev) {
  const words = name.split(/[-/]/);
  const os = words.filter((word) => SYSTEMS.includes(word));
  const cpu = words.filter((word) => PROCESSORS.includes(word));
  if (os.length !== 1 || cpu.length !== 1) throw new Error(`${name} does not say its platform`);
  const libc = os[0] === 'linux' ? [words.includes('musl') ? 'musl' : 'glibc'] : null;
  return { version, cpu, ...(dev ? { dev } : {}), ...(libc === null ? {} : { libc }), optional: true, os };
}
