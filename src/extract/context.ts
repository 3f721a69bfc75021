import { setMaxListeners } from 'node:events';
import type { JournalWriter } from '../journal/append.ts';
import type { ExtractEvent } from './events.ts';
import type { Connection } from './exchange.ts';
import { PageSizes } from './page-end.ts';

/** What every page of a run's extraction needs. */
export interface ExtractContext extends Connection {
  readonly journal: JournalWriter;
  readonly onEvent: (event: ExtractEvent) => void;
  /** Takes note of a link in an answer: one to another origin is told once, and none is ever followed. */
  readonly noticeLink: (link: string) => void;
  readonly sizes: PageSizes;
}

export interface ContextParts extends Connection {
  readonly journal: JournalWriter;
  readonly onEvent: (event: ExtractEvent) => void;
  /** Of the base URL. */
  readonly origin: string;
}

export function makeContext(parts: ContextParts): ExtractContext {
  // Every request under way listens to it, and more than ten are no leak.
  setMaxListeners(0, parts.signal);
  let isTold = false;
  const noticeLink = (link: string) => {
    const origin = URL.canParse(link) ? new URL(link).origin : null;
    if (isTold || origin === null || origin === parts.origin) return;
    isTold = true;
    parts.onEvent({ type: 'foreign-link', origin });
  };
  return { ...parts, noticeLink, sizes: new PageSizes() };
}
