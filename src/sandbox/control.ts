import { encode } from './json.ts';
import type { MutableOptions } from './options.ts';
import type { RequestLog } from './request-log.ts';

/** What the addresses under /_sandbox reach. */
export interface Controls {
  truth(): unknown;
  advanceDay(): void;
  configure(patch: Partial<MutableOptions>): void;
  requests: RequestLog;
}

/** An answer of a control. */
export interface ControlAnswer {
  status: number;
  text: string;
}

const CONTROLS: Readonly<Record<string, (controls: Controls, text: string) => unknown>> = {
  'GET /_sandbox/truth': (controls) => controls.truth(),
  'GET /_sandbox/requests': ({ requests }) => requests,
  'POST /_sandbox/advance-day': (controls) => {
    controls.advanceDay();
    return { ok: true };
  },
  'POST /_sandbox/configure': (controls, text) => {
    controls.configure(readPatch(text));
    return { ok: true };
  },
};

function readPatch(text: string): Partial<MutableOptions> {
  const patch: unknown = JSON.parse(text);
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch;
  throw new RangeError('sandbox: configure needs a JSON object');
}

/** Answers a request to /_sandbox; no token needed, as the server listens on loopback only. */
export function serveControl(controls: Controls, method: string, path: string, text: string): ControlAnswer {
  const key = `${method} ${path}`;
  const act = Object.hasOwn(CONTROLS, key) ? CONTROLS[key] : undefined;
  if (act === undefined) return { status: 404, text: encode({ message: `No control ${key}` }) };
  try {
    return { status: 200, text: encode(act(controls, text)) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof SyntaxError)) throw error;
    return { status: 422, text: encode({ message: error.message }) };
  }
}
