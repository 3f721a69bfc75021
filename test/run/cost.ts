import type { SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { Truth } from '../../src/sandbox/truth.ts';

type Form = SandboxOptions['pagination'];

/** Pages that so many rows take to be read to the end: without links a full last page costs one more. */
export function pagesOf(rows: number, form: Form): number {
  return Math.max(1, Math.ceil(rows / 100)) + (form === 'bare' && rows > 0 && rows % 100 === 0 ? 1 : 0);
}

/**
 * Requests of a listing: pages of monitors + pages of aggregated rows. Without links one more page shows the end of the
 * monitors, and of each report that is not smaller than one of the same night: here all of them.
 */
export function listingCost(truth: Truth, form: Form): number {
  const aggregated = Object.values(truth.aggregated_reports).map((rows) => provenPages(rows.length, form));
  return aggregated.reduce((total, pages) => total + pages, provenPages(truth.monitors.length, form));
}

/** Pages that so many rows take where nothing is known of the listing: without links one without rows shows the end. */
export function provenPages(rows: number, form: Form): number {
  return Math.max(1, Math.ceil(rows / 100)) + (form === 'bare' && rows > 0 ? 1 : 0);
}

/** Requests of a full crawl: the listing, all details to their end, report sources of every monitor. */
export function crawlCost(truth: Truth, form: Form): number {
  const details = Object.values(truth.report_records).flatMap((ips) =>
    Object.values(ips).map((rows) => (rows === null ? 1 : pagesOf(rows.length, form))),
  );
  return details.reduce((total, pages) => total + pages, listingCost(truth, form) + truth.monitors.length);
}
