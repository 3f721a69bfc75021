import { boolean, date, defineTable, keptByLoad, lineage, timestamptz, varchar } from './table.ts';

export const monitors = defineTable({
  name: 'monitors',
  description: 'Every DMARC monitor ever seen, with the newest records the API told of it',
  grain: 'a monitor ever seen',
  key: ['monitor_id'],
  columns: [
    varchar('monitor_id', 'Id of the monitor'),
    varchar('domain_id', 'Id of the monitored domain'),
    varchar(
      'domain_name',
      'Name of the monitored domain: lower-case ASCII (IDN as xn--), no dot at the end; not a key: a re-created monitor has a new id',
    ),
    varchar('dmarc_record', "DMARC record found in DNS; '' = none published, NULL = not told"),
    varchar('wanted_dmarc_record', 'DMARC record the account wants to publish; may be a fragment without v='),
    boolean('dmarc_valid', 'Whether the API finds the published record valid'),
    timestamptz('dmarc_record_checked_at', 'When the API last looked the DMARC record up'),
    varchar('spf_record', 'SPF record found in DNS'),
    varchar('spf_status', 'State of the SPF record, free text of the API'),
    timestamptz('created_at', 'When the monitor was created'),
    timestamptz('updated_at', 'When the monitor was last updated'),
    timestamptz('domain_created_at', 'When the domain was created'),
    timestamptz('domain_updated_at', 'When the domain was last updated'),
    keptByLoad(boolean('is_active', 'False after two complete listings in a row without the monitor')),
    keptByLoad(date('first_seen_date', 'UTC day of the first run that saw the monitor')),
    keptByLoad(date('last_seen_date', 'UTC day of the newest run that saw the monitor')),
    ...lineage,
    keptByLoad(
      varchar(
        'replaced_by',
        'Newer monitor of the same domain, where this one is no longer listed; NULL = none: what both serve counts below the newer one',
      ),
    ),
  ],
});
