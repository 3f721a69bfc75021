import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CheckError, ConfigurationError } from '../errors.ts';
import type { Database } from './database.ts';
import { literal } from './sql-text.ts';
import { SQL_DIRECTORY } from './views.ts';

/** A check: a SELECT of the rows that should not be there. */
export interface Check {
  readonly name: string;
  /** A failed `error` stops the publish. */
  readonly severity: 'error' | 'warn';
  readonly description: string;
  readonly select: string;
}

export interface CheckResult extends Omit<Check, 'select'> {
  readonly violations: number;
  /** The first row found, as JSON text; null if none. */
  readonly sample: string | null;
  readonly passed: boolean;
  /** It failed and was let pass by the operator. */
  readonly accepted: boolean;
}

/**
 * The shipped checks, and the operator's own from `directory`. Throws ConfigurationError for a file that does not open
 * with its severity and description, or has the name of another.
 */
export async function readChecks(directory: string | null): Promise<readonly Check[]> {
  const shipped = await readDirectory(fileURLToPath(new URL('checks/', SQL_DIRECTORY)));
  const own = directory === null ? [] : await readDirectory(directory);
  for (const { name } of own) {
    if (shipped.some((check) => check.name === name)) {
      throw new ConfigurationError(`${directory}: there is a shipped check ${name}`, {
        hint: 'Give the file another name.',
      });
    }
  }
  return [...shipped, ...own];
}

async function readDirectory(directory: string): Promise<Check[]> {
  const names = await readdir(directory).catch((cause: Error) => {
    throw new ConfigurationError(`the checks in ${directory} cannot be read: ${cause.message}`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (name) => parseCheck(name, await readFile(join(directory, name), 'utf8'))),
  );
}

/** Reads a check from its file: `-- Severity:` and `-- Description:` lines, then one SELECT. */
export function parseCheck(fileName: string, text: string): Check {
  const header = (field: string) => new RegExp(`^-- ${field}: *(.+)$`, 'm').exec(text)?.[1]?.trim();
  const severity = header('Severity');
  const description = header('Description');
  if ((severity !== 'error' && severity !== 'warn') || description === undefined) {
    throw new ConfigurationError(
      `${fileName} does not open with its severity (error or warn) and description`,
      {
        hint: 'Begin the file with the lines `-- Severity: warn` and `-- Description: what it proves`.',
      },
    );
  }
  return { name: basename(fileName, '.sql'), severity, description, select: text.replace(/;\s*$/, '') };
}

/**
 * Runs the checks on a database and writes what they found into `meta_checks` for `run_id`. Throws CheckError if one
 * of severity `error` failed and is not accepted, ConfigurationError for an accepted name that no check has or a check
 * that does not run.
 */
export async function runChecks(
  database: Database,
  run_id: string,
  checks: readonly Check[],
  acceptedNames: readonly string[],
): Promise<readonly CheckResult[]> {
  refuseUnknown(checks, acceptedNames);
  const results: CheckResult[] = [];
  for (const check of checks)
    results.push(await runCheck(database, check, acceptedNames.includes(check.name)));
  await record(database, run_id, results);
  const failed = results.find((result) => result.severity === 'error' && !result.passed && !result.accepted);
  if (failed !== undefined) {
    throw new CheckError(
      `check ${failed.name} failed, nothing is published: ${failed.violations} violations, the first ${failed.sample}`,
      { hint: `${failed.description} If that is known and wanted: --accept-check ${failed.name}.` },
    );
  }
  return results;
}

function refuseUnknown(checks: readonly Check[], acceptedNames: readonly string[]): void {
  const unknown = acceptedNames.find((name) => !checks.some((check) => check.name === name));
  if (unknown !== undefined)
    throw new ConfigurationError(`--accept-check ${unknown}: there is no such check`);
}

async function runCheck(database: Database, check: Check, isAccepted: boolean): Promise<CheckResult> {
  const { name, severity, description, select } = check;
  try {
    const [found] = await database.rows(
      `SELECT COUNT(*) AS violations, CAST(to_json(FIRST(v)) AS VARCHAR) AS sample FROM (\n${select}\n) v`,
    );
    const violations = Number(found?.violations);
    const sample = found?.sample === null || found === undefined ? null : String(found.sample);
    const passed = violations === 0;
    return { name, severity, description, violations, sample, passed, accepted: !passed && isAccepted };
  } catch (cause) {
    throw new ConfigurationError(`check ${name} does not run: ${(cause as Error).message}`, { cause });
  }
}

/** The results of this run replace those it has already; those of earlier runs stay. */
async function record(database: Database, run_id: string, results: readonly CheckResult[]): Promise<void> {
  await database.run(`DELETE FROM meta_checks WHERE run_id = ${literal(run_id)}`);
  if (results.length === 0) return;
  const values = results.flatMap(({ name, severity, passed, accepted, violations, sample, description }) => [
    ...[run_id, name, severity, passed, accepted],
    ...[BigInt(violations), sample, description],
  ]);
  await database.rows(
    `INSERT INTO meta_checks (run_id, name, severity, passed, accepted, violations, sample, description)
     VALUES ${results.map(() => '(?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    values,
  );
}
