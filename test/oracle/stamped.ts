import type { Row } from './row.ts';

/** A row with the run in whose answer its values last changed. */
export interface Stamped {
  readonly row: Row;
  readonly run_id: string;
}

/** The row as it stands after a run told it: an identical row keeps its run. */
export function stamp(row: Row, run_id: string, before: Stamped | undefined): Stamped {
  return before !== undefined && sameRow(row, before.row) ? before : { row, run_id };
}

/** Whether two rows of a table have equal cells. */
export function sameRow(a: Row, b: Row): boolean {
  return Object.keys(a).every((column) => a[column] === b[column]);
}

/** The published row: with its run as `_run_id`. */
export function unstamp({ row, run_id }: Stamped): Row {
  return { ...row, _run_id: run_id };
}
