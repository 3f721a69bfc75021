import { EMPTY_PAGE, type Envelope, parseJson, readEnvelope } from './envelope.ts';
import type { CompleteAnswer } from './transport.ts';

const NO_CONTENT = 204;

/** The page in a 2xx; a 204 is one without rows. Null if the body has no form of a listing. */
export function readPage({ status, text }: CompleteAnswer): Envelope | null {
  return status === NO_CONTENT ? EMPTY_PAGE : readEnvelope(parseJson(text));
}
