import {
  bigint,
  boolean,
  date,
  defineTable,
  double,
  integer,
  lineage,
  ofRequest,
  oneOf,
  references,
  varchar,
} from './table.ts';

export const aggregatedReports = defineTable({
  name: 'aggregated_reports',
  description:
    'Aggregated report of each source IP as of a day: totals of a window, never to be summed or subtracted over days',
  grain: 'a source IP in a snapshot',
  key: ['snapshot_date', 'monitor_id', 'ip_address'],
  partitionColumn: 'snapshot_date',
  columns: [
    ofRequest(date('snapshot_date', 'UTC day on which the run that listed it started')),
    ofRequest(references(varchar('monitor_id', 'Id of the monitor'), 'monitors')),
    varchar('ip_address', "Source IP as the API spells it; '' = none"),
    varchar(
      'ip_canonical',
      'RFC 5952 form, IPv4-mapped addresses as IPv4, without brackets or a name behind it; the text itself if it is no address',
    ),
    oneOf(integer('ip_version', '4, 6 or NULL'), '4 6'),
    oneOf(
      varchar('ip_scope', 'public, private, loopback, link_local, cgnat, documentation, reserved or invalid'),
      'public private loopback link_local cgnat documentation reserved invalid',
    ),
    bigint('total_volume_as_of', "Messages in the API's window as of the day"),
    double('dmarc_pass_rate', 'Share that passed DMARC, 0 to 1'),
    double('spf_pass_rate', 'Share with aligned SPF pass, 0 to 1'),
    double('dkim_pass_rate', 'Share with aligned DKIM pass, 0 to 1'),
    varchar('domain', 'Domain of the source: lower-case ASCII (IDN as xn--), no dot at the end'),
    varchar('country', 'Country of the source'),
    varchar('country_code', 'ISO 3166 code of the country, upper case'),
    varchar('city', 'City of the source'),
    boolean('is_favorite', 'Whether the IP is marked as a favourite; false if the API says nothing'),
    ofRequest(date('window_from', "First day asked for, inclusive; NULL = the API's default")),
    ofRequest(date('window_to', "Last day asked for, inclusive; NULL = the API's default")),
    ...lineage,
  ],
});
