import type { Clock } from '../clock.ts';
import { EtlError } from '../errors.ts';
import { parseBaseUrl } from '../extract/base-url.ts';
import { openTransport } from '../extract/open-transport.ts';
import type { FileSystem } from '../files.ts';
import { outDirectory } from '../load/out-directory.ts';
import { type Environment, type RunFlags, type RunOptions, resolveRunOptions } from '../options.ts';
import { checkApi } from './check-api.ts';
import { checkDataset } from './check-dataset.ts';
import { checkOut } from './check-out.ts';
import { checkProxy } from './check-proxy.ts';
import { checkToken } from './check-token.ts';
import { checkVersions } from './check-versions.ts';
import { type Finding, fail } from './finding.ts';

export interface Patient {
  readonly flags: RunFlags;
  readonly environment: Environment;
  /** Days without a complete listing after which data is stale. */
  readonly staleAfterDays: number;
}

export interface DoctorEffects {
  readonly clock: Clock;
  readonly fileSystem: FileSystem;
  readonly program_version: string;
  /** Version of Node. */
  readonly node: string;
  /** Told of the token as soon as it is known. */
  readonly keepSecret: (token: string) => void;
}

/**
 * Examines everything that a nightly run needs, and changes nothing that stays. Asks the API twice, once of it for free.
 * What is wrong is a finding, never an error.
 */
export async function examine(patient: Patient, effects: DoctorEffects): Promise<Finding[]> {
  const { fileSystem, clock, program_version, node } = effects;
  const out = outDirectory(patient.flags.out ?? '');
  const dataset = await checkDataset({ fileSystem, clock, out, staleAfterDays: patient.staleAfterDays });
  return [
    ...checkVersions(program_version, node),
    ...(await checkAccount(patient, effects)),
    ...(await checkOut(fileSystem, out, dataset.bytes)),
    ...dataset.findings,
  ];
}

async function checkAccount(patient: Patient, effects: DoctorEffects): Promise<Finding[]> {
  const { flags, environment } = patient;
  try {
    const options = resolveRunOptions(flags, environment);
    effects.keepSecret(options.token);
    const token = await checkToken(effects.fileSystem, environment, flags.tokenFile);
    const baseUrl = parseBaseUrl(options.apiUrl);
    const proxy = checkProxy(baseUrl, environment);
    if (proxy.level === 'fail') return [token, proxy];
    return [token, proxy, ...(await askApi(options, environment, effects))];
  } catch (error) {
    if (!(error instanceof EtlError)) throw error;
    return [fail('token', error.message, error.hint ?? 'See `dmarc-etl config`.')];
  }
}

async function askApi(
  { apiUrl, token, quotaReserve }: RunOptions,
  environment: Environment,
  { clock, program_version }: DoctorEffects,
): Promise<Finding[]> {
  const baseUrl = parseBaseUrl(apiUrl);
  const userAgent = `mailersend-dmarc-etl/${program_version}`;
  const transport = openTransport({ baseUrl, token, userAgent, environment });
  try {
    return await checkApi({ baseUrl, send: transport.send, clock, quotaReserve });
  } finally {
    await transport.close();
  }
}
