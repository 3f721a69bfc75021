import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account, DomainFacts } from './account.ts';
import { makeAllowance } from './allowance.ts';
import { serveControl } from './control.ts';
import type { Service } from './exchange.ts';
import { advanceAccount, makeAccount } from './history.ts';
import { type Levers, makeLevers } from './levers.ts';
import type { MutableOptions, SandboxOptions } from './options.ts';
import { makeRequestLog, type RequestLog } from './request-log.ts';
import { patchOptions, resolveOptions } from './resolve-options.ts';
import { makeLedger } from './served.ts';
import { serveApi } from './service.ts';
import { readTruth, type Truth, tellTruth } from './truth.ts';

export type { MutableOptions, SandboxOptions } from './options.ts';
export type { RequestLog } from './request-log.ts';
export type { Truth } from './truth.ts';

/** Largest body of a request that is read, bytes. */
const LARGEST_REQUEST_BYTES = 1_000_000;

/** A running stand-in for MailerSend's API. */
export interface Sandbox extends Levers {
  /** Base URL of the API, with /v1. */
  url: string;
  /** The token with the full scope. */
  readonly token: string;
  /** Breaks all connections and stops listening. */
  close(): Promise<void>;
  /** What complete plain readings would serve now, and what was served. */
  truth(): Truth;
  /** Another day of reports arrives. The clock is not moved: dates follow the account's today. */
  advanceDay(): void;
  /** Changes switches, faults and limits while it runs. Throws a RangeError. */
  configure(patch: Partial<MutableOptions>): void;
  requests: RequestLog;
  /** Requests, also to /_sandbox, that came in and are not answered to the end. */
  inFlight(): number;
  /** Domains that a monitor can be created for. */
  spareDomains(): DomainFacts[];
}

/** Starts a sandbox on a loopback port. Throws a RangeError for bad options. */
export async function startSandbox(given: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const options = resolveOptions(given);
  const account = makeAccount(options);
  const service = makeService(account);
  const server = createServer();
  // A client may rest for long on an injected clock: idle connections are never closed.
  Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0 });
  const sandbox = makeSandbox(service, server);
  server.on('request', (request, response) => {
    receive(sandbox, service, request, response).catch((error: unknown) => {
      if (!response.destroyed) crash(server, error);
    });
  });
  const { port } = await listen(server, options);
  sandbox.url = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/v1`;
  return sandbox;
}

function makeService(account: Account): Service {
  return {
    account,
    allowance: makeAllowance(account.options),
    ledger: makeLedger(),
    requests: makeRequestLog(),
    asked: new Map(),
    askedToday: new Map(),
  };
}

function makeSandbox(service: Service, server: Server): Sandbox {
  const { account, ledger, requests } = service;
  let inFlight = 0;
  server.on('request', (_, response: ServerResponse) => {
    inFlight += 1;
    response.once('close', () => {
      inFlight -= 1;
    });
  });
  return {
    ...makeLevers(account),
    url: '',
    get token() {
      return account.options.token;
    },
    requests,
    close: () => close(server),
    truth: () => readTruth(account, ledger),
    advanceDay: () => {
      advanceAccount(account);
      service.askedToday.clear();
    },
    configure: (patch) => {
      patchOptions(account.options, patch);
      account.version += 1;
    },
    inFlight: () => inFlight,
    spareDomains: () => structuredClone(account.spareDomains),
  };
}

async function receive(
  sandbox: Sandbox,
  service: Service,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = 'GET', url = '/' } = request;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const text = hasBody ? await readText(request) : '';
  if (!url.startsWith('/_sandbox')) {
    serveApi(service, request, response, text);
    return;
  }
  const controls = { ...sandbox, truth: () => tellTruth(service.account, service.ledger) };
  const answer = serveControl(controls, method, url.split('?')[0] ?? '', text);
  response.writeHead(answer.status, { 'content-type': 'application/json' });
  response.end(answer.text);
}

/** The body as text; what exceeds the largest size is dropped. */
async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_REQUEST_BYTES) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function listen(server: Server, { host, port }: SandboxOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve(server.address() as AddressInfo);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** A fault of the sandbox itself must never look like one of the API's. */
function crash(server: Server, error: unknown): void {
  server.closeAllConnections();
  setImmediate(() => {
    throw error;
  });
}
