/** Ports where a URL names none. */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Whether NO_PROXY exempts a URL from the proxy, by undici's rules: `*` alone exempts everything; else names separated by
 * commas or blanks, each with its subdomains, with a port if only that one is meant. There are no address ranges.
 */
export function isExempt(url: URL, noProxy: string): boolean {
  if (noProxy === '*') return true;
  const port = Number(url.port) || (DEFAULT_PORTS[url.protocol] ?? 0);
  const hostname = url.hostname.toLowerCase();
  return noProxy
    .split(/[,\s]/)
    .filter((entry) => entry !== '')
    .map(readEntry)
    .filter((entry) => entry.port === null || entry.port === port)
    .some((entry) => hostname === entry.name || hostname.endsWith(`.${entry.name}`));
}

function readEntry(text: string): { readonly name: string; readonly port: number | null } {
  const [, name = text, port = null] = text.match(/^(.+):(\d+)$/) ?? [];
  return {
    name: name.replace(/^\*?\./, '').toLowerCase(),
    port: port === null || Number(port) === 0 ? null : Number(port),
  };
}
