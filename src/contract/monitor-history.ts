import {
  boolean,
  date,
  defineTable,
  integer,
  lineage,
  oneOf,
  references,
  timestamptz,
  varchar,
} from './table.ts';

export const monitorHistory = defineTable({
  name: 'monitor_history',
  description:
    "Versions of a monitor's records over time (SCD2); a new one only when a record or a status changed",
  grain: "a version of a monitor's records",
  key: ['monitor_id', 'valid_from'],
  columns: [
    references(varchar('monitor_id', 'Id of the monitor'), 'monitors'),
    timestamptz('valid_from', 'When this version was first received, inclusive'),
    timestamptz('valid_to', 'When the next version was received, exclusive; NULL = current'),
    date('valid_from_date', 'First UTC day at whose end this version was in force, inclusive'),
    date('valid_to_date', 'UTC day of valid_to, exclusive; NULL = current'),
    varchar('dmarc_record', "DMARC record found in DNS; '' = none published"),
    varchar('wanted_dmarc_record', 'DMARC record the account wants to publish'),
    boolean('dmarc_valid', 'Whether the API finds the published record valid'),
    varchar('spf_record', 'SPF record found in DNS'),
    varchar('spf_status', 'State of the SPF record, free text of the API'),
    varchar('published_p', 'p tag as published'),
    varchar('published_sp', 'sp tag as published'),
    oneOf(
      varchar(
        'effective_p',
        'Policy every failing message of the domain gets at least, after defaults, pct and t',
      ),
      'none quarantine reject',
    ),
    oneOf(varchar('effective_sp', 'The same for subdomains'), 'none quarantine reject'),
    integer('pct', 'pct tag as published'),
    varchar('t', 't tag as published (y = test mode)'),
    ...lineage,
  ],
});
