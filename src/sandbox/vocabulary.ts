import type { Place } from './account.ts';

/** Reporters with how often they are seen, per cent or so. */
export const REPORTERS: readonly (readonly [string, number])[] = [
  ['google.com', 34],
  ['Yahoo', 12],
  ['Outlook.com', 12],
  ['Enterprise Outlook', 10],
  ['protection.outlook.com', 4],
  ['AMAZON-SES', 4],
  ['Mail.Ru', 3],
  ['comcast.net', 3],
  ['FastMail Pty Ltd', 2],
  ['Fastmail Pty Ltd', 2],
  ['GMX', 2],
  ['seznam.cz a.s.', 2],
  ['Google.com', 2],
  ['Почта России', 1],
  ['株式会社メール', 1],
  ['', 1],
];

export const PLACES: readonly Place[] = [
  { country: 'United States', countryCode: 'US', city: null },
  { country: 'United States', countryCode: 'US', city: 'Ashburn' },
  { country: 'Germany', countryCode: 'DE', city: 'Frankfurt am Main' },
  { country: 'Ireland', countryCode: 'IE', city: null },
  { country: 'Netherlands', countryCode: 'NL', city: 'Amsterdam' },
  { country: 'United Kingdom', countryCode: 'GB', city: null },
  { country: 'India', countryCode: 'IN', city: null },
  { country: 'Namibia', countryCode: 'NA', city: 'Windhoek' },
  { country: 'Kosovo', countryCode: 'XK', city: null },
  { country: 'Viet Nam', countryCode: 'VN', city: 'Hồ Chí Minh' },
  { country: 'Brazil', countryCode: 'BR', city: 'São Paulo' },
  { country: null, countryCode: null, city: null },
];

export const ESP_DOMAINS = ['mail.esp-one.example', 'bulkpost.example', 'sendwell.example'] as const;
export const FORWARDER_DOMAINS = ['lists.university.example', 'alumni.example', 'relay.isp.example'] as const;
export const SPOOFER_DOMAINS = [null, 'dyn.isp.example', 'cheap-vps.example', null] as const;

export const DOMAIN_WORDS = [
  'northwind',
  'acorn',
  'bluefin',
  'cedar',
  'delta',
  'ember',
  'fjord',
  'granite',
  'harbor',
  'indigo',
] as const;

/** Ends of domain names that belong to nobody (RFC 2606). */
export const DOMAIN_ENDS = ['example', 'example.org', 'example.net', 'example.com', 'test'] as const;
