import { ApiError, ConfigurationError } from '../errors.ts';
import { domainForm } from '../text-forms.ts';
import type { ExtractContext } from './context.ts';
import { type MonitorRow, monitorPages, readMonitorRow } from './monitors.ts';

/**
 * Reads the list of monitors to its end, each once. Throws ApiError when it cannot be read: without it nothing can be
 * asked for; and what exchange throws.
 */
export async function listMonitors(context: ExtractContext): Promise<MonitorRow[]> {
  const monitors = new Map<string, MonitorRow>();
  for await (const item of monitorPages(context)) {
    if (item.kind === 'not-found') throw noMonitors();
    if (item.kind !== 'rows') throw item.error;
    for (const row of item.rows) {
      const monitor = readMonitorRow(row);
      if (monitor !== null) monitors.set(monitor.monitor_id, monitor);
    }
  }
  context.onEvent({ type: 'monitors', monitors: monitors.size });
  return [...monitors.values()];
}

function noMonitors(): ApiError {
  return new ApiError('the API knows no list of DMARC monitors: status 404', {
    hint: 'Check the base URL: it must end in the version, as in https://api.mailersend.com/v1.',
  });
}

/**
 * The monitors that the operator names, by id or by domain in any spelling; all if none is named. Throws a
 * ConfigurationError for a name that no monitor has.
 */
export function selectMonitors(
  monitors: readonly MonitorRow[],
  named: readonly string[],
): readonly MonitorRow[] {
  if (named.length === 0) return monitors;
  const isNamed = ({ monitor_id, domain_name }: MonitorRow, name: string) =>
    monitor_id === name || isSameDomain(domain_name, name);
  for (const name of named) {
    if (monitors.some((monitor) => isNamed(monitor, name))) continue;
    throw new ConfigurationError(`no monitor has the id or domain ${name}`, {
      hint: 'Leave --monitor out to export all monitors.',
    });
  }
  return monitors.filter((monitor) => named.some((name) => isNamed(monitor, name)));
}

function isSameDomain(domain: string | null, name: string): boolean {
  const wanted = domainForm(name);
  return domain !== null && wanted !== '' && domainForm(domain) === wanted;
}
