import ipaddr from 'ipaddr.js';
import { remembered } from '../remembered.ts';
import { tidy } from '../text-forms.ts';

export type IpScope =
  | 'public'
  | 'private'
  | 'loopback'
  | 'link_local'
  | 'cgnat'
  | 'documentation'
  | 'reserved'
  | 'invalid';

export interface IpDescription {
  /** RFC 5952, an IPv4-mapped address as IPv4; the text itself, tidy, if it is no address. */
  readonly canonical: string;
  readonly version: 4 | 6 | null;
  /** The /24 or the /64 it stands in; null if it is no address. */
  readonly network: string | null;
  readonly scope: IpScope;
}

type IPv4 = ipaddr.IPv4;
type IPv6 = ipaddr.IPv6;

/** ipaddr.js also takes octal, hexadecimal and short forms: only four decimal parts get as far as it. */
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Digits and colons: no zone id, no prefix length. */
const IPV6 = /^[0-9a-f:]{2,39}$/i;

/** `0000:0000:0000:0000:0000:ffff:255.255.255.255` */
const LONGEST_ADDRESS = 45;

/** Ranges of ipaddr.js by our scope; what is not listed is reserved. */
const SCOPES: ReadonlyMap<string, IpScope> = new Map([
  ['unicast', 'public'],
  ['6to4', 'public'],
  ['teredo', 'public'],
  ['private', 'private'],
  ['uniqueLocal', 'private'],
  ['loopback', 'loopback'],
  ['linkLocal', 'link_local'],
  ['carrierGradeNat', 'cgnat'],
]);

/** RFC 5737, 3849 and 9637; ipaddr.js calls them reserved. */
const DOCUMENTATION_V4 = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((cidr) =>
  ipaddr.IPv4.parseCIDR(cidr),
);
const DOCUMENTATION_V6 = ['2001:db8::/32', '3fff::/20'].map((cidr) => ipaddr.IPv6.parseCIDR(cidr));

/** The only part of IPv6 that is handed out as global unicast (RFC 4291, IANA); the rest is reserved. */
const GLOBAL_UNICAST_V6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** An address as mail servers write it: in brackets, and followed by a name in parentheses. */
const BARE_OR_BRACKETS = /^(?:\[([^\s[\]()]+)\]|([^\s[\]()]+))(?: ?\([^()]*\))?$/;

/**
 * What an untrusted text says as an IP address, which can stand in brackets and have a name in parentheses behind it;
 * every spelling of one address gives the same. Never throws.
 */
export const describeIp = remembered((text): IpDescription => {
  const canonical = tidy(text);
  const parts = BARE_OR_BRACKETS.exec(canonical);
  return (
    describeAddress(parts?.[1] ?? parts?.[2] ?? '') ?? {
      canonical,
      version: null,
      network: null,
      scope: 'invalid',
    }
  );
});

function describeAddress(text: string): IpDescription | null {
  if (IPV4.test(text)) return describeV4(ipaddr.IPv4.parse(text));
  const address = parseV6(text);
  if (address === null) return null;
  return address.isIPv4MappedAddress() ? describeV4(address.toIPv4Address()) : describeV6(address);
}

function parseV6(text: string): IPv6 | null {
  if (text.length > LONGEST_ADDRESS) return null;
  const hexadecimal = withHexadecimalTail(text);
  return IPV6.test(hexadecimal) && ipaddr.IPv6.isValid(hexadecimal) ? ipaddr.IPv6.parse(hexadecimal) : null;
}

/** `::1.2.3.4` as `::102:304`, which ipaddr.js would take for `::ffff:1.2.3.4`. */
function withHexadecimalTail(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const tail = text.slice(start);
  if (start === 0 || !IPV4.test(tail)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
  return `${text.slice(0, start)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function describeV4(address: IPv4): IpDescription {
  const isDocumentation = DOCUMENTATION_V4.some((range) => address.match(range));
  return {
    canonical: address.toString(),
    version: 4,
    network: `${address.octets.slice(0, 3).join('.')}.0/24`,
    scope: isDocumentation ? 'documentation' : (SCOPES.get(address.range()) ?? 'reserved'),
  };
}

function describeV6(address: IPv6): IpDescription {
  const network = new ipaddr.IPv6([...address.parts.slice(0, 4), 0, 0, 0, 0]);
  return {
    canonical: address.toRFC5952String(),
    version: 6,
    network: `${network.toRFC5952String()}/64`,
    scope: scopeOfV6(address),
  };
}

function scopeOfV6(address: IPv6): IpScope {
  if (DOCUMENTATION_V6.some((range) => address.match(range))) return 'documentation';
  const scope = SCOPES.get(address.range()) ?? 'reserved';
  return scope === 'public' && !address.match(GLOBAL_UNICAST_V6) ? 'reserved' : scope;
}
