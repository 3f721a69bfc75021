import { answerJson, type ScriptedServer, startServer } from '../extract/scripted-server.ts';

export type Json = Readonly<Record<string, unknown>>;

/** A monitor as this API has it; what it lists follows from its records unless `listed` says otherwise. */
export interface SmallMonitor {
  readonly id: string;
  readonly name: string;
  /** Detail records by address. */
  readonly ips: Record<string, readonly Json[]>;
  readonly listed?: readonly Json[];
  readonly sources?: readonly Json[];
}

/** How a page is cut from all rows of a listing: the answer's body. */
export type Cut = (rows: readonly Json[], page: number, limit: number, path: string) => unknown;

/** What an answer is besides its body; null = as it should be. */
export type Special = (path: string) => { readonly status: number; readonly body?: unknown } | null;

/** An API of a few hand-made rows; what it holds may change between two runs. */
export interface SmallApi extends ScriptedServer {
  monitors: readonly SmallMonitor[];
  cut: Cut;
  special: Special;
  /** Its clock, ms since 1970. */
  now: () => number;
}

/** The documented form: rows alone, as many as are asked for. */
export const bare: Cut = (rows, page, limit) => ({ data: rows.slice((page - 1) * limit, page * limit) });

export async function startSmallApi(monitors: readonly SmallMonitor[], now: () => number): Promise<SmallApi> {
  const server = await startServer(({ url = '' }, response) => {
    response.setHeader('date', new Date(api.now()).toUTCString());
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const path = decodeURIComponent(pathname.replace('/v1/', ''));
    const special = api.special(path);
    if (special !== null) {
      if (special.body === undefined) response.writeHead(special.status).end();
      else answerJson(response, special.status, special.body);
      return;
    }
    if (path === 'api-quota') return answerJson(response, 200, { quota: 100_000, remaining: 100_000 });
    const rows = rowsAt(api.monitors, path);
    if (rows === null) return answerJson(response, 404, { message: 'none' });
    const isUnpaged = path.endsWith('report-sources');
    const [page, limit] = ['page', 'limit'].map((name) => Number(searchParams.get(name) ?? 1));
    answerJson(response, 200, isUnpaged ? { data: rows } : api.cut(rows, page ?? 1, limit ?? 25, path));
  });
  const api: SmallApi = { ...server, monitors, cut: bare, special: () => null, now };
  return api;
}

function rowsAt(monitors: readonly SmallMonitor[], path: string): readonly Json[] | null {
  const [root, id, what, ip] = path.split('/');
  if (root !== 'dmarc-monitoring') return null;
  if (id === undefined)
    return monitors.map((monitor) => ({ id: monitor.id, domain: { name: monitor.name } }));
  const monitor = monitors.find((one) => one.id === id);
  if (monitor === undefined) return null;
  if (what === 'report-sources') return monitor.sources ?? [];
  return ip === undefined ? (monitor.listed ?? listedOf(monitor)) : (monitor.ips[ip] ?? null);
}

function listedOf({ ips }: SmallMonitor): readonly Json[] {
  return Object.entries(ips).map(([ip_address, records]) => ({
    ip_address,
    total_volume: records.reduce((sum, { total_volume }) => sum + Number(total_volume ?? 0), 0),
    ...{ passed_dmarc: '100%', passed_spf: '100%', passed_dkim: '100%' },
  }));
}

/** A record of `volume` messages that passed everything. */
export function smallRecord(id: string, day: string, volume: number, more: Json = {}): Json {
  return {
    id,
    created_at: `${day}T00:00:00.000000Z`,
    total_volume: volume,
    ...{ passed_dmarc: '100%', passed_spf: '100%', passed_dkim: '100%', applied_policy: 'none' },
    ...{ aligned_spf: true, aligned_dkim: true, report_source: 'google.com' },
    ...more,
  };
}
