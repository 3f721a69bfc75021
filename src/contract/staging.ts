import { type Field, Schema } from 'apache-arrow';
import { aggregatedReports } from './aggregated-reports.ts';
import { authResults } from './auth-results.ts';
import { dmarcPolicies } from './dmarc-policies.ts';
import { metaQuarantine, metaSchemaDrift } from './meta.ts';
import { monitors } from './monitors.ts';
import { reportRecords } from './report-records.ts';
import { reportSources } from './report-sources.ts';
import {
  bigint,
  boolean,
  date,
  integer,
  originOf,
  type TableContract,
  timestamptz,
  varchar,
} from './table.ts';

/**
 * What the transform hands to the load: for each table the columns an item fills, and where it stood in the journal. What
 * all rows of an answer share stands once, in the row of its attempt. The load merges both into the tables of the contract.
 */
export interface StagedTable {
  /** Name of the staged table: that of the contract table it is merged into, or `attempts`. */
  readonly name: string;
  readonly schema: Schema;
}

/** Where a staged row came from; of two rows with one key the later (`_seq`, then `_item`) wins. */
export const positionColumns: readonly Field[] = [
  integer('_seq', 'Journal sequence number of the answer'),
  integer('_item', 'Position of the item in the answer, from 0'),
];

function staged(table: TableContract): StagedTable {
  const columns = table.schema.fields.filter((field) => originOf(field) === 'item');
  return { name: table.name, schema: new Schema([...columns, ...positionColumns], table.schema.metadata) };
}

/**
 * A row for every attempt of a journal, answered or not: what coverage, snapshots and the accounts are made from. Columns
 * that the rows of its answer share have the same names as in their tables.
 */
const attempts: StagedTable = {
  name: 'attempts',
  schema: new Schema([
    integer('_seq', 'Journal sequence number'),
    varchar('stream', 'What was asked for'),
    varchar('_run_id', 'Run that asked'),
    date('snapshot_date', 'UTC day on which the run started'),
    varchar('monitor_id', "Id of the monitor; '' for the monitors listing"),
    varchar('requested_ip', "The listing's ip_address; '' where none was asked for"),
    integer('page', 'Page number, from 1'),
    boolean('is_last', 'Nothing more of this scope is to be asked'),
    varchar('fingerprint', 'Of the aggregated row that caused a detail request'),
    integer('status', 'HTTP status; 0 when no complete answer came'),
    timestamptz('_extracted_at', 'When the answer was there'),
    varchar('form', 'Form of the request: plain, early (aggregated reports) or dated (report sources)'),
    date('window_from', 'First day asked for, inclusive'),
    date('window_to', 'Last day asked for, inclusive'),
    bigint('items', 'Items in the answer'),
    bigint('quarantined', 'Items of the answer that were quarantined whole'),
  ]),
};

/** Every staged table by its name. */
export const STAGED = {
  attempts,
  monitors: staged(monitors),
  dmarc_policies: staged(dmarcPolicies),
  aggregated_reports: staged(aggregatedReports),
  report_records: staged(reportRecords),
  auth_results: staged(authResults),
  report_sources: staged(reportSources),
  meta_quarantine: staged(metaQuarantine),
  meta_schema_drift: staged(metaSchemaDrift),
} as const;

export type StagedName = keyof typeof STAGED;
