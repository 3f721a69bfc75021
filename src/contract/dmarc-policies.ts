import { boolean, defineTable, integer, lineage, oneOf, references, varchar } from './table.ts';

export const dmarcPolicies = defineTable({
  name: 'dmarc_policies',
  description: 'The published and the wanted DMARC record of each monitor, parsed (RFC 7489, RFC 9989)',
  grain: 'a parsed record in force',
  key: ['monitor_id', 'kind'],
  columns: [
    references(varchar('monitor_id', 'Id of the monitor'), 'monitors'),
    oneOf(varchar('kind', 'published (found in DNS) or wanted'), 'published wanted'),
    boolean('is_present', 'Whether there is any record text'),
    boolean('is_valid', 'Whether the text is a DMARC record without errors'),
    varchar(
      'p',
      'Policy for the domain as written: none, quarantine, reject; of a tag given twice the first',
    ),
    varchar('sp', 'Policy for subdomains as written'),
    varchar('np', 'Policy for non-existent subdomains as written (RFC 9989)'),
    varchar('adkim', 'DKIM alignment as written: r or s'),
    varchar('aspf', 'SPF alignment as written: r or s'),
    varchar('fo', 'Failure reporting options as written'),
    varchar('rua', 'Where aggregate reports go, as written'),
    varchar('ruf', 'Where failure reports go, as written'),
    integer('pct', 'Percentage the policy applies to as written, 0 to 100'),
    integer('ri', 'Report interval as written, seconds'),
    varchar('t', 'Test mode as written: y or n (RFC 9989)'),
    varchar('psd', 'Public suffix domain flag as written: y, n or u (RFC 9989)'),
    oneOf(
      varchar(
        'effective_p',
        'Policy every failing message of the domain gets at least, after defaults, pct and t; none where p, sp or np is no policy but rua has a URI; NULL = no policy in force: no record, no rua then, or a tag given twice',
      ),
      'none quarantine reject',
    ),
    oneOf(varchar('effective_sp', 'The same for subdomains'), 'none quarantine reject'),
    varchar('errors', 'What is wrong with the record, joined by "; "; NULL if nothing'),
    ...lineage,
  ],
});
