import type { Monitor } from '../client/rows.ts';
import { ConfigurationError } from '../errors.ts';
import { domainForm } from '../text-forms.ts';

/** Domains that a message lists at most. */
const MOST_TOLD = 10;

/** Whether a word can only be a domain: no id of the API has a dot. */
export function isDomain(word: string): boolean {
  return word.includes('.');
}

/**
 * The one monitor that the operator names, by its id or its domain in any spelling. Throws ConfigurationError when there is
 * none, and when the domain has several.
 */
export function chooseMonitor(monitors: readonly Monitor[], named: string): Monitor {
  const byId = monitors.find(({ id }) => id === named);
  if (byId !== undefined) return byId;
  const wanted = domainForm(named);
  const matches = monitors.filter(({ domain }) => wanted !== '' && domainForm(domain?.name ?? '') === wanted);
  const [match, ...others] = matches;
  if (match === undefined) throw none(monitors, named);
  if (others.length === 0) return match;
  throw new ConfigurationError(`${matches.length} monitors have the domain ${named}`, {
    hint: `Name one by its id: ${matches.map(({ id }) => id).join(', ')}.`,
  });
}

function none(monitors: readonly Monitor[], named: string): ConfigurationError {
  const domains = monitors.map(({ id, domain }) => domain?.name ?? id).sort();
  const more = domains.length > MOST_TOLD ? ` and ${domains.length - MOST_TOLD} more` : '';
  const told = domains.length === 0 ? 'none' : `${domains.slice(0, MOST_TOLD).join(', ')}${more}`;
  return new ConfigurationError(`no monitor has the id or domain ${named}`, {
    hint: `The account has ${told}; see \`dmarc-etl monitors list\`.`,
  });
}
