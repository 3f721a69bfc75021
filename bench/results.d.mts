import type { Results, SizeResult, StartResult } from './figures.mjs';

export function keepResult(name: string, result: SizeResult | StartResult): void;

export function readResults(): Results;
