import type { FileSystem } from '../files.ts';
import { type Finding, ok, warn } from './finding.ts';

/** Where the token comes from, and whether others on this machine can read its file. */
export async function checkToken(
  fileSystem: FileSystem,
  environment: Readonly<Record<string, string | undefined>>,
  tokenFile: string | undefined,
): Promise<Finding> {
  const variable = ['MAILERSEND_API_TOKEN', 'MAILERSEND_API_KEY'].find(
    (name) => (environment[name] ?? '').trim() !== '',
  );
  if (variable !== undefined) return ok('token', `from ${variable}`);
  const { mode } = await fileSystem.stat(tokenFile ?? '');
  const told = `from the file ${tokenFile}`;
  if ((mode & 0o007) === 0) return ok('token', told);
  return warn(
    'token',
    `${told}, which others can read`,
    `chmod 600 ${tokenFile}, and give it to the user that runs.`,
  );
}
