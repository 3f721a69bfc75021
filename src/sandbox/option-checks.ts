import type { SandboxOptions } from './options.ts';

/** Values of the options that are one of a few words. */
const CHOICES = {
  headers: ['all', 'none'],
  pagination: ['bare', 'links', 'total'],
  percent: ['percent', 'number', 'text', 'mixed'],
  aligned: ['boolean', 'number', 'text', 'mixed'],
  dateFilters: ['honoured', 'ignored', 'refused'],
  order: ['natural', 'reverse', 'shuffled'],
} as const;

/** Low and high ends of the options that are numbers, both included. */
const BOUNDS: Partial<Record<keyof SandboxOptions, readonly [number, number]>> = {
  monitors: [0, 10_000],
  ips: [0, 60_000],
  days: [0, 4_000],
  port: [0, 65_535],
  steadyShare: [0, 1],
  rateLimit: [0, 1e9],
  quota: [0, 1e12],
  quotaUsed: [0, 1e12],
  window: [1, 100_000],
  slowMs: [0, 600_000],
  activeShare: [0, 1],
  newIpShare: [0, 10],
  lateShare: [0, 1],
  changeInPlace: [0, 1],
  changeAtEqualVolume: [0, 1],
};

/** Throws a RangeError for the first value that its option cannot have. */
export function checkValues(options: Partial<SandboxOptions>): void {
  if (options.host !== undefined && !isLoopback(options.host)) {
    throw new RangeError(`sandbox: host must be a loopback address, not ${options.host}`);
  }
  for (const [name, choices] of Object.entries(CHOICES)) {
    const value = options[name as keyof typeof CHOICES];
    if (value !== undefined && !(choices as readonly string[]).includes(value)) {
      throw new RangeError(`sandbox: ${name} must be one of ${choices.join(', ')}, not ${value}`);
    }
  }
  checkBounds(options);
}

function checkBounds(options: Partial<SandboxOptions>): void {
  for (const [name, bounds] of Object.entries(BOUNDS)) {
    const value = options[name as keyof SandboxOptions];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'number' || !(value >= bounds[0] && value <= bounds[1])) {
      throw new RangeError(
        `sandbox: ${name} must be a number from ${bounds[0]} to ${bounds[1]}, not ${String(value)}`,
      );
    }
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
