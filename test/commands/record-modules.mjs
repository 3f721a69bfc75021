// For `node --import`: writes the URL of every module that is resolved to the file that MODULES_FILE names.
import { appendFileSync } from 'node:fs';
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) register(import.meta.url);

/** A module hook of Node; runs in the hooks' own thread. */
export async function resolve(specifier, context, nextResolve) {
  const resolved = await nextResolve(specifier, context);
  appendFileSync(process.env.MODULES_FILE, `${resolved.url}\n`);
  return resolved;
}
