import { randomBytes } from 'node:crypto';

/** Shape of a run id: `YYYYMMDDTHHMMSSZ-xxxx`, sorts by time. */
export const RUN_ID_PATTERN = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

/** A new run id for a run that starts at `nowMs` (milliseconds since 1970-01-01 UTC). */
export function newRunId(nowMs: number, suffix: string = randomBytes(2).toString('hex')): string {
  const time = new Date(nowMs)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${time}-${suffix}`;
}

/** Start of the run that a run id names, milliseconds since 1970-01-01 UTC. */
export function startedAtMs(run_id: string): number {
  return Date.parse(run_id.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));
}
