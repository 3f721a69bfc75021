/** The vendor's machine-readable codes: the `#MS…` at the end of a message (FACTS: Status codes). */

const EXPLAINED: Readonly<Record<string, { readonly what: string; readonly hint: string }>> = {
  MS40301: {
    what: 'the token lacks the scope',
    hint: 'Give the token the scope dmarc_monitoring_read (to change monitors: dmarc_monitoring_full) in MailerSend.',
  },
  MS40302: { what: 'the account is switched off or suspended', hint: 'Ask MailerSend why.' },
  MS40303: { what: 'the account is switched off or suspended', hint: 'Ask MailerSend why.' },
  MS40304: { what: 'the account is switched off or suspended', hint: 'Ask MailerSend why.' },
  MS40305: {
    what: 'the address of this machine is not on the allow-list of the account',
    hint: 'Add it in MailerSend under the IP allow-list, or run where an allowed address is used.',
  },
};

/** Whether a code is about the token or the account, and so true of every request. */
export function isAccountCode(code: string | null): boolean {
  return code !== null && Object.hasOwn(EXPLAINED, code);
}

/** The last `#MS` code in a text, without the `#`; null if there is none. */
export function vendorCode(text: string): string | null {
  return (
    text
      .match(/#(MS\d{3,8})\b/g)
      ?.at(-1)
      ?.slice(1) ?? null
  );
}

/** Why the API refuses the token (401, 403), and what to do about it. */
export function explainRefusal(status: number, code: string | null): { what: string; hint: string } {
  const explained = code === null ? undefined : EXPLAINED[code];
  if (explained !== undefined) return explained;
  if (status === 401) {
    return {
      what: 'the token is not valid',
      hint: 'Check MAILERSEND_API_TOKEN: it may be mistyped, deleted or of another account.',
    };
  }
  return {
    what: 'the token may not do this',
    hint: 'Check the scopes of the token and the state of the account.',
  };
}

/** What a code of a refused request says beside the API's own words; null if it is not known. */
const REQUEST_CODES: Readonly<Record<string, string>> = {
  MS42209: 'a field of the request is missing or not accepted',
};

/** Why the API refuses one request (404, 422 and other 4xx), in our words. */
export function explainStatus(status: number, code: string | null): string {
  const known = code === null ? undefined : REQUEST_CODES[code];
  if (known !== undefined) return known;
  if (status === 404) return 'there is no such thing in this account';
  if (status === 422) return 'what was sent is not accepted';
  return 'the request is not accepted';
}
