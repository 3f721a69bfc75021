import { date, defineTable, integer, lineage, ofRequest, oneOf, references, varchar } from './table.ts';

export const authResults = defineTable({
  name: 'auth_results',
  description: 'Raw SPF and DKIM results of a record, one a row; they never say whether DMARC passed',
  grain: 'one SPF or DKIM result of a record',
  key: ['monitor_id', 'record_id', 'auth_type', 'position'],
  partitionColumn: 'report_date',
  columns: [
    ofRequest(references(varchar('monitor_id', 'Id of the monitor'), 'monitors')),
    references(varchar('record_id', 'Id of the record'), 'report_records'),
    date('report_date', "UTC day of the record's created_at"),
    oneOf(varchar('auth_type', 'spf or dkim: the array it came from'), 'spf dkim'),
    integer('position', 'Position in that array, from 0'),
    varchar('domain', 'Domain that was checked: lower-case ASCII (IDN as xn--), no dot at the end'),
    varchar('selector', 'DKIM selector, lower case'),
    varchar('result', 'Result, lower case; as reported in extra where that differs'),
    ...lineage,
  ],
});
