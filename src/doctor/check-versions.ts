import { CONTRACT_VERSION } from '../contract/table.ts';
import { duckdbVersion } from '../load/database.ts';
import { type Finding, fail, ok } from './finding.ts';

/** The oldest Node that runs this program (package.json: engines). */
const OLDEST_NODE = [20, 19] as const;

/** This program, Node, DuckDB, and the contract that is written. */
export function checkVersions(program: string, node: string): Finding[] {
  return [
    ok('program', `dmarc-etl ${program}, contract ${CONTRACT_VERSION}, DuckDB ${duckdbVersion()}`),
    isOldEnough(node)
      ? ok('node', `Node ${node}`)
      : fail('node', `Node ${node} is too old`, `Install Node ${OLDEST_NODE.join('.')} or newer.`),
  ];
}

function isOldEnough(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}
