// Run after every `npm install`: completes package-lock.json for the platforms that the installing machine is not.
import { readFileSync, writeFileSync } from 'node:fs';
import { missingOptionalDependencies, withOptionalDependencies } from './lockfile.mjs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const missing = missingOptionalDependencies(lock.packages);
for (const entry of Object.values(lock.packages)) delete entry.resolved;
writeFileSync(
  path,
  `${JSON.stringify({ ...lock, packages: withOptionalDependencies(lock.packages) }, null, 2)}\n`,
);
for (const { name, version } of missing) console.log(`added ${name}@${version}`);
console.log(`${missing.length} added, ${Object.keys(lock.packages).length + missing.length} packages locked`);
