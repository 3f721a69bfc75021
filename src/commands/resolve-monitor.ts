import type { OpenClient } from '../client/open-client.ts';
import type { Monitor } from '../client/rows.ts';
import { collect } from './api-output.ts';

/** The monitor that the operator named by id or domain, from the account's list. Throws ConfigurationError for none or several. */
export async function resolveMonitor({ client }: OpenClient, named: string): Promise<Monitor> {
  const { chooseMonitor } = await import('../manage/choose-monitor.ts');
  return chooseMonitor(await collect(client.monitors()), named);
}

/** Its id alone: what is an id already costs no request. */
export async function resolveMonitorId(open: OpenClient, named: string): Promise<string> {
  const { isDomain } = await import('../manage/choose-monitor.ts');
  return isDomain(named) ? (await resolveMonitor(open, named)).id : named;
}

/** A monitor for a message: its domain and id. */
export function monitorName({ id, domain }: Monitor): string {
  return domain?.name == null ? id : `${domain.name} (${id})`;
}
