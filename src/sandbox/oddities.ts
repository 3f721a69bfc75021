import type { Account, Monitor, RecordFacts, RowEdits, Source } from './account.ts';
import { rawNumber } from './json.ts';
import { makeMonitor } from './monitors.ts';
import { objectId } from './records.ts';
import { makeNamedSource } from './senders.ts';

/** Text that breaks what is careless with text. */
export const HOSTILE_TEXTS: readonly string[] = [
  `'; DROP TABLE report_records; --`,
  '"quoted", and, commas',
  '../../etc/passwd',
  'line one\nline two\r\nline three',
  '\u202Eevil\u202C.example',
  '\u001b[31mred\u001b[0m \u0007 \u0000 nul',
  '__proto__',
  '=HYPERLINK("http://evil.example","click")',
  '<script>alert(1)</script>',
  '\ud800 lone surrogate',
];

/** Edits of a record that nobody should serve, each under a name that ends its id. */
const ODD_RECORDS: readonly (readonly [string, RowEdits])[] = [
  ['unreadable created_at', { set: { created_at: 'not-a-date' } }],
  ['no created_at', { set: { created_at: null } }],
  ['rate n/a', { set: { passed_dmarc: 'n/a' } }],
  ['rate above 100', { set: { passed_spf: '120%' } }],
  ['aligned maybe', { set: { aligned_spf: 'maybe' } }],
  ['volume as text', { set: { total_volume: '12' } }],
  ['volume fraction', { set: { total_volume: 1.5 } }],
  ['volume too big', { set: { total_volume: rawNumber('9007199254740993') } }],
  ['volume negative', { set: { total_volume: -3 } }],
  ['several reasons', { set: { override_reason: ['forwarded', 'mailing_list'], override_comment: null } }],
  ['unknown enums', { set: { applied_policy: 'discard', override_reason: 'arc_override' } }],
  ['auth is no array', { set: { spf_auth: { result: 'pass' }, dkim_auth: 'none' } }],
  ['auth of odd items', { set: { dkim_auth: [null, 'pass', { type: 'dkim', result: null }] } }],
  ['proto field', { set: JSON.parse('{"__proto__": {"polluted": true}}') }],
  ['no id', { omit: ['id'] }],
  ['null row', { instead: { value: null } }],
  ['text row', { instead: { value: 'not a row' } }],
];

/** Adds what no sane API would serve, to the first monitor, and a monitor without reports. */
export function addOddities(account: Account): void {
  const [first] = account.monitors;
  if (first !== undefined) {
    addOddSource(account, first);
    addSource(account, first, '203.0.113.253', 2).gone = true;
    addSource(account, first, '', 1);
    addSource(account, first, 'X.X.X.X', 1).edits = { set: { passed_dmarc: 'n/a' } };
    first.strayRows.push('not a row');
  }
  account.monitors.push(makeMonitor(account, account.made));
  account.made += 1;
}

/** Adds an IP with so many ordinary records, all of today; it gets no others. */
export function addSource(account: Account, monitor: Monitor, ip: string, records: number): Source {
  const others = [...monitor.sources.values()].filter(({ index }) => index < 0).length;
  const source = makeNamedSource(account, monitor.index, ip, -1 - others);
  monitor.sources.set(ip, source);
  for (let nth = 0; nth < records; nth += 1) addRecord(account, monitor, source, `plain ${nth}`);
  account.version += 1;
  return source;
}

function addOddSource(account: Account, monitor: Monitor): void {
  const source = addSource(account, monitor, '203.0.113.254', 1);
  for (const [name, edits] of ODD_RECORDS) addRecord(account, monitor, source, name).edits = edits;
  HOSTILE_TEXTS.forEach((text, nth) => {
    const facts = addRecord(account, monitor, source, `hostile ${nth}`);
    const dkim = { type: 'dkim', result: 'pass', domain: text, selector: text };
    Object.assign(facts, { reporter: text, overrideComment: text, dkimDomain: text, dkimAuth: [dkim] });
    facts.edits = { set: { domain: text, city: text } };
  });
}

/** Adds one ordinary record of today, whose id is a function of its name. */
export function addRecord(account: Account, monitor: Monitor, source: Source, name: string): RecordFacts {
  const facts: RecordFacts = {
    id: objectId(account.today, 'odd', account.options.seed, monitor.id, source.ip, name),
    ip: source.ip,
    day: account.today,
    arrives: account.today,
    volume: 2,
    dmarc: 100,
    spf: 0,
    dkim: 100,
    spfAligned: false,
    dkimAligned: true,
    spfDomain: null,
    dkimDomain: null,
    policy: 'none',
    overrideReason: null,
    overrideComment: null,
    reporter: 'google.com',
    spfAuth: [{ type: 'spf', result: 'pass', domain: 'bounce.example', selector: null }],
    dkimAuth: [{ type: 'dkim', result: 'pass', domain: monitor.domain.name, selector: 's1' }],
    showsPlace: false,
    edits: {},
  };
  source.records.push(facts);
  account.version += 1;
  return facts;
}
