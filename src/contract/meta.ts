import {
  bigint,
  boolean,
  date,
  defineTable,
  integer,
  oneOf,
  references,
  timestamptz,
  varchar,
} from './table.ts';

/** The tables about the export itself. */

export const metaRuns = defineTable({
  name: 'meta_runs',
  description:
    'Runs, told by the header and the footer of their journals: what was asked, and what became of the items',
  grain: 'a run',
  key: ['run_id'],
  columns: [
    varchar('run_id', 'YYYYMMDDTHHMMSSZ-xxxx, from the time it started; run_number is the order'),
    timestamptz('started_at', 'When the run started'),
    timestamptz('finished_at', 'When the extraction ended; of an interrupted run its last line'),
    date('as_of_date', 'UTC day of the newest complete monitors listing: what views call today'),
    integer('as_of_day', 'as_of_date as days since 1970-01-01'),
    oneOf(varchar('status', 'ok, partial, interrupted or failed'), 'ok partial interrupted failed'),
    oneOf(
      varchar('stop_reason', 'done, quota, max_requests, deadline, errors or signal'),
      'done quota max_requests deadline errors signal',
    ),
    oneOf(varchar('mode', 'incremental, full or replay'), 'incremental full replay'),
    varchar('version', 'Program version that extracted'),
    integer('contract_version', 'Contract version it was loaded with'),
    bigint('requests', 'Attempts sent, failed ones included'),
    bigint('retries', 'Attempts that repeated a failed one'),
    bigint('rate_limited', 'Answers 429'),
    bigint('waited_ms', 'Milliseconds spent waiting for the rate limit and for retries'),
    bigint('quota_before', 'Requests left today before the run'),
    bigint('quota_after', 'Requests left today after the last answer'),
    bigint('bytes', 'Bytes of the answers received'),
    bigint('inserted', 'Items that became new rows'),
    bigint('changed', 'Items that changed a row'),
    bigint('identical', 'Items that said what was known'),
    bigint('superseded', 'Items replaced by a later answer of the same run'),
    bigint(
      'set_aside',
      'Items of listings that were not read to their end, and of days that are no longer kept',
    ),
    bigint('quarantined', 'Items that could not be read at all'),
    bigint(
      'run_number',
      'Position of the run among all runs of the dataset, from 1: their order, whatever clocks said',
    ),
  ],
});

export const metaJournals = defineTable({
  name: 'meta_journals',
  description: 'Journals this database contains; loading one again is a no-op',
  grain: 'a loaded journal',
  key: ['run_id'],
  inParquet: false,
  columns: [
    references(varchar('run_id', 'Run that wrote the journal'), 'meta_runs'),
    integer('format_version', 'Format of the journal'),
    bigint('lines', 'Lines read'),
    timestamptz('loaded_at', 'When it was loaded'),
  ],
});

export const metaSnapshots = defineTable({
  name: 'meta_snapshots',
  description: 'Complete listings, also empty ones',
  grain: 'a snapshot',
  key: ['monitor_id', 'stream', 'snapshot_date'],
  columns: [
    varchar('monitor_id', "Id of the monitor; '' for the listing of the monitors themselves"),
    oneOf(
      varchar('stream', 'monitors, aggregated_reports or report_sources'),
      'monitors aggregated_reports report_sources',
    ),
    date('snapshot_date', 'UTC day on which the run that listed it started'),
    timestamptz('as_of', 'When its last page was received'),
    bigint('rows', 'Rows in the snapshot'),
    date('window_from', "First day asked for, inclusive; NULL = the API's default"),
    date('window_to', "Last day asked for, inclusive; NULL = the API's default"),
  ],
});

export const metaMonitorState = defineTable({
  name: 'meta_monitor_state',
  description: 'What the export learnt about how the API answers for a monitor',
  grain: 'a monitor',
  key: ['monitor_id'],
  columns: [
    references(varchar('monitor_id', 'Id of the monitor'), 'monitors'),
    boolean('is_cumulative', 'Whether its aggregated report still covers everything ever reported'),
    oneOf(
      varchar(
        'aggregated_form',
        'Form of the aggregated request: plain or early (with an early date_from); NULL = early is tried next',
      ),
      'plain early',
    ),
    oneOf(
      varchar(
        'sources_form',
        'Form of the report-sources request that worked: plain or dated; NULL = not asked yet',
      ),
      'plain dated',
    ),
    timestamptz('last_listed_at', 'Newest complete listing of the monitors that had it'),
  ],
});

export const metaCoverage = defineTable({
  name: 'meta_coverage',
  description: 'How fresh the details of each source IP are',
  grain: 'an IP of a monitor',
  key: ['monitor_id', 'ip_address'],
  columns: [
    references(varchar('monitor_id', 'Id of the monitor'), 'monitors'),
    varchar('ip_address', "Source IP as the listing spells it; '' = none"),
    varchar('ip_canonical', 'RFC 5952 form; the trimmed text if it is no address'),
    varchar('fingerprint', 'Volume and rates of the aggregated row when its details were last complete'),
    timestamptz('detail_as_of', 'When its details were last complete; NULL = never'),
    oneOf(
      varchar('state', 'current, stale, never, gone (404 or no longer listed) or unaskable (empty address)'),
      'current stale never gone unaskable',
    ),
    bigint('aggregated_volume', 'Messages the newest complete listing tells for it'),
    timestamptz('listed_at', 'Newest complete listing that had it'),
    bigint('detail_volume', 'Messages of the stored records that were asked for under this address'),
    bigint(
      'served_volume',
      'Messages of the records in the newest complete answer of its details, as they are stored; NULL = never complete',
    ),
  ],
});

export const metaChecks = defineTable({
  name: 'meta_checks',
  description: 'Results of the checks that ran before a version was published',
  grain: 'a check of a run',
  key: ['run_id', 'name'],
  columns: [
    varchar('run_id', 'Run that was checked'),
    varchar('name', 'Name of the check'),
    oneOf(varchar('severity', 'error or warn'), 'error warn'),
    boolean('passed', 'Whether it found nothing'),
    boolean('accepted', 'Whether it failed and was let pass'),
    bigint('violations', 'Rows it found'),
    varchar('sample', 'The first of them'),
    varchar('description', 'What it proves'),
  ],
});

export const metaQuarantine = defineTable({
  name: 'meta_quarantine',
  description: 'Values and rows that could not be read, as they came',
  grain: 'a value or row that could not be read',
  key: ['run_id', 'stream', 'locator', 'path'],
  inParquet: false,
  columns: [
    references(varchar('run_id', 'Run that received it'), 'meta_runs'),
    varchar('stream', 'Stream it came in'),
    varchar('locator', 'Journal line and item, both from their own start: line:item'),
    varchar('path', 'JSON path in the answer'),
    oneOf(varchar('level', 'row (set aside whole) or value (became NULL)'), 'row value'),
    varchar('reason', 'Why it could not be read'),
    varchar('raw', 'What came, as JSON text'),
  ],
});

export const metaSchemaDrift = defineTable({
  name: 'meta_schema_drift',
  description: 'Fields, values and types the contract does not know',
  grain: 'an unknown field or value',
  key: ['stream', 'path', 'kind'],
  inParquet: false,
  columns: [
    varchar('stream', 'Stream it came in'),
    varchar('path', 'Field, array positions left out'),
    oneOf(varchar('kind', 'field, enum or type'), 'field enum type'),
    varchar('sample', 'An example, as JSON text'),
    varchar('first_seen_run_id', 'First run that received it'),
    varchar('last_seen_run_id', 'Newest run that received it'),
  ],
});
