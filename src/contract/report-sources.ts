import { bigint, date, defineTable, lineage, ofRequest, references, varchar } from './table.ts';

export const reportSources = defineTable({
  name: 'report_sources',
  description:
    'Reporters and their number of reports as of a day: totals of a window, never to be summed over days',
  grain: 'a reporter in a snapshot',
  key: ['snapshot_date', 'monitor_id', 'report_source'],
  partitionColumn: 'snapshot_date',
  columns: [
    ofRequest(date('snapshot_date', 'UTC day on which the run that asked started')),
    ofRequest(references(varchar('monitor_id', 'Id of the monitor'), 'monitors')),
    varchar(
      'report_source',
      "Name of the reporter, free text in lower case, as sent in extra where that differs; '' = none",
    ),
    bigint('reports_as_of', "Reports in the API's window as of the day"),
    ofRequest(date('window_from', "First day asked for, inclusive; NULL = the API's default")),
    ofRequest(date('window_to', "Last day asked for, inclusive; NULL = the API's default")),
    ...lineage,
  ],
});
