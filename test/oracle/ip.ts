import { scopeOf } from './ip-scope.ts';
import { plainText } from './spellings.ts';

/** What the contract says of an address. */
export interface IpFacts {
  readonly ip_canonical: string;
  readonly ip_version: 4 | 6 | null;
  readonly ip_network: string | null;
  readonly ip_scope: string;
}

/** An address as a number of 32 or 128 bits. */
export interface IpNumber {
  readonly version: 4 | 6;
  readonly bits: bigint;
}

/** Canonical form, version, network and scope of an address in any spelling. */
export function describeIp(spelling: string): IpFacts {
  const text = plainText(spelling);
  const address = parseIp(addressPart(text));
  if (address === null) {
    return { ip_canonical: text, ip_version: null, ip_network: null, ip_scope: 'invalid' };
  }
  const { version, bits } = address;
  const network =
    version === 4 ? `${formatV4((bits >> 8n) << 8n)}/24` : `${formatV6((bits >> 64n) << 64n)}/64`;
  return {
    ip_canonical: version === 4 ? formatV4(bits) : formatV6(bits),
    ip_version: version,
    ip_network: network,
    ip_scope: scopeOf(address),
  };
}

/** An address without its brackets and without the name in parentheses behind it. */
function addressPart(text: string): string {
  const open = text.indexOf('(');
  const isNamed = open > 0 && text.indexOf(')') === text.length - 1 && text.lastIndexOf('(') === open;
  const bare = isNamed ? text.slice(0, open).trimEnd() : text;
  return bare.startsWith('[') && bare.endsWith(']') ? bare.slice(1, -1) : bare;
}

/** The address; one that is IPv4-mapped as IPv4. Null = no address. */
export function parseIp(text: string): IpNumber | null {
  const v4 = parseV4(text);
  if (v4 !== null) return { version: 4, bits: v4 };
  const v6 = parseV6(text);
  if (v6 === null) return null;
  return v6 >> 32n === 0xffffn ? { version: 4, bits: v6 & 0xffff_ffffn } : { version: 6, bits: v6 };
}

/** Four decimal parts without leading zeros. */
function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let bits = 0n;
  for (const part of parts) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return null;
    bits = bits * 256n + BigInt(part);
  }
  return bits;
}

/** RFC 4291: eight groups, or fewer around one `::`; the last two may be written as IPv4. */
function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = groupsOf(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] ?? '', true) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** The 16-bit groups of a part; `last` = the address ends here, so that IPv4 may. Null = unreadable. */
function groupsOf(part: string, last: boolean): bigint[] | null {
  if (part === '') return [];
  const words = part.split(':');
  const groups: bigint[] = [];
  for (const [position, word] of words.entries()) {
    const v4 = last && position === words.length - 1 ? parseV4(word) : null;
    if (v4 !== null) groups.push(v4 >> 16n, v4 & 0xffffn);
    else if (/^[0-9a-f]{1,4}$/i.test(word)) groups.push(BigInt(`0x${word}`));
    else return null;
  }
  return groups;
}

function formatV4(bits: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((bits >> shift) & 0xffn)).join('.');
}

/** RFC 5952: lower case, no leading zeros, the first of the longest runs of two or more zero groups as `::`. */
function formatV6(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => (bits >> BigInt(112 - 16 * i)) & 0xffffn);
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (groups[start + length] === 0n) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = (part: bigint[]) => part.map((group) => group.toString(16)).join(':');
  if (best.length === 1) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
