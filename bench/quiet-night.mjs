/** What a run that finds nothing new may do; pure. */

/** Endpoints of the listing, which every run asks in full. */
const LISTING = ['list', 'report'];
const SNAPSHOTS = ['aggregated_reports', 'report_sources'];

/**
 * What a quiet night did that it must not, as messages: it asks what the listing of the first run asked and nothing else,
 * and writes nothing but the database, files of unpartitioned tables, and the snapshots of its own month.
 * `asOf`: its day, an ISO date; `files`: entries of its manifest; both `requests`: counts by endpoint.
 */
export function quietNightFaults({ run_id, asOf, files, requests }, first) {
  const mayWrite = ({ table, month }) =>
    month === null || (SNAPSHOTS.includes(table) && month.slice(0, 7) === asOf.slice(0, 7));
  const written = files
    .filter((file) => file.written_by === run_id && !mayWrite(file))
    .map(({ path }) => `it wrote ${path}, a month in which nothing changed`);
  const asked = [...new Set([...LISTING, ...Object.keys(requests)])]
    .map((endpoint) => ({
      endpoint,
      count: requests[endpoint] ?? 0,
      expected: LISTING.includes(endpoint) ? (first.requests[endpoint] ?? 0) : 0,
    }))
    .filter(({ count, expected }) => count !== expected)
    .map(({ endpoint, count, expected }) => `it made ${count} requests to '${endpoint}', not ${expected}`);
  return [...written, ...asked];
}
