import { type Dispatcher, request } from 'undici';
import { onTestFinished } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/sandbox.ts';

/** A moment on the injected clock: 2025-11-30T12:00:00Z, milliseconds. */
export const NOON = Date.UTC(2025, 10, 30, 12);

/** A row as JSON has it. */
export type Row = Record<string, unknown>;

/** An answer as it came. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of any shape
  json: any;
}

/** A sandbox on a clock that stands at NOON, closed when the test ends; no rate limit unless given. */
export async function openSandbox(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ now: () => NOON, rateLimit: 0, ...options });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Sends one request (by undici's request: fetch would repeat a 421 by itself) with the sandbox's token; `path` starts after /v1. */
export async function ask(
  sandbox: Sandbox,
  path: string,
  init: { method?: string; body?: unknown; token?: string | null } = {},
): Promise<Reply> {
  const { method = 'GET', body, token = sandbox.token } = init;
  const response = await request(sandbox.url + path, {
    method: method as Dispatcher.HttpMethod,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.body.text();
  const headers = new Headers(response.headers as Record<string, string>);
  return { status: response.statusCode, headers, text, json: parse(text) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All rows of a listing, read until a page is not full. `path` has no query. */
export async function readAll(sandbox: Sandbox, path: string, query = ''): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const { status, json } = await ask(sandbox, `${path}?limit=100&page=${page}${query}`);
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    rows.push(...json.data);
    if (json.data.length < 100) return rows;
  }
}

/** The path of a monitor's details of an IP. */
export function detailsPath(monitorId: string, ip: string): string {
  return `/dmarc-monitoring/${monitorId}/report/${encodeURIComponent(ip)}`;
}

/** Ids of the account's monitors, in order. */
export function monitorIds(sandbox: Sandbox): string[] {
  return sandbox.truth().monitors.map((row) => (row as Row).id as string);
}

/** The id of the account's first monitor. */
export function firstMonitor(sandbox: Sandbox): string {
  return monitorIds(sandbox)[0] as string;
}

/** IPs that a monitor lists, in order; the empty one is left out. */
export function listedIps(sandbox: Sandbox, monitorId: string): string[] {
  const rows = sandbox.truth().aggregated_reports[monitorId] ?? [];
  return rows
    .map((row) => (row as Row).ip_address as string)
    .filter((ip) => typeof ip === 'string' && ip !== '');
}

/** All records that complete details of a monitor would serve now. */
export function recordsOf(sandbox: Sandbox, monitorId: string): Row[] {
  const byIp = sandbox.truth().report_records[monitorId] ?? {};
  return Object.values(byIp).flatMap((rows) => (rows ?? []) as Row[]);
}
