import type { OpenClient } from '../client/open-client.ts';
import { EXIT } from '../errors.ts';
import { resolveRunOptions } from '../options.ts';
import { formatDuration } from '../present/quantities.ts';
import type { Terminal } from '../present/terminal.ts';
import { type ApiValues, apiFlagsOf } from './api-flags.ts';
import { listenForStop } from './stop-signals.ts';
import { tellError } from './tell-error.ts';

/** Opens the client that the flags describe, for as long as `work` takes; resolves to the exit code. */
export async function withClient(
  values: ApiValues,
  terminal: Terminal,
  work: (open: OpenClient) => Promise<number>,
): Promise<number> {
  const { apiUrl, token, ratePerMinute, quotaReserve } = resolveRunOptions(
    apiFlagsOf(values),
    terminal.environment,
  );
  terminal.secrets.add(token);
  const { openClient } = await import('../client/open-client.ts');
  const stop = listenForStop();
  const open = openClient({
    ...{ apiUrl, token, ratePerMinute, quotaReserve, signal: stop.signal },
    onWait: (_, untilMs) => tellWait(untilMs, terminal),
  });
  try {
    const code = await work(open);
    return code === EXIT.ok ? code : (stop.exitCode() ?? code);
  } catch (error) {
    const code = stop.exitCode();
    if (code === null) throw error;
    await tellError(error, terminal);
    return code;
  } finally {
    stop.dispose();
    await open.close();
  }
}

function tellWait(untilMs: number, { stderr }: Terminal): void {
  if (!stderr.isTTY) return;
  void stderr.write(`waiting ${formatDuration(untilMs - Date.now())} for the API\n`);
}
