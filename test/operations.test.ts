import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Command } from '../src/commands/command.ts';
import { allFlags } from '../src/commands/configure.ts';
import { COMMANDS } from '../src/commands/dispatch.ts';
import { PROGRAM } from './commands/built-program.ts';
import { absolute, commandLines, exampleFiles, readText, withQuotedFiles } from './examples.ts';
import { Account } from './run/night.ts';

const FILES = exampleFiles();
const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'docs/operations.md',
  'docs/failure-modes.md',
  'docs/configuration.md',
  'docs/network.md',
];
const ALL: readonly Command[] = COMMANDS.flatMap((one) => ('commands' in one ? one.commands : [one]));

const scratch = mkdtempSync(join(tmpdir(), 'dmarc-etl-operations-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What is wrong with a command line; null if the program takes it. */
function complaint(words: readonly string[]): string | null {
  const command = ALL.find(({ name }) => name.split(' ').every((word, index) => words[index] === word));
  const flags = words.filter((word) => /^--\w/.test(word)).map((word) => word.slice(2).split('=')[0] ?? '');
  if (command === undefined) {
    const isGeneral = words.length === 1 && ['--help', '--version', '<command>'].includes(words[0] ?? '');
    return isGeneral || flags.join() === 'help' ? null : 'no such command';
  }
  const known = [...Object.keys(allFlags(command.flags)), 'help'];
  return flags.find((flag) => !known.includes(flag)) ?? null;
}

describe('docs/operations.md', () => {
  it('quotes every example as it is', async () => {
    const document = readText('docs/operations.md');
    for (const file of FILES) expect(document).toContain(` ${file}\n`);
    await expect(withQuotedFiles(document)).toMatchFileSnapshot('../docs/operations.md');
  });
});

describe('command lines', () => {
  it.each([...DOCUMENTS, ...FILES])('of %s are taken', (file) => {
    const wrong = commandLines(readText(file))
      .filter((words) => /^(--|[a-z])/.test(words[0] ?? ''))
      .map((words) => [words.join(' '), complaint(words)])
      .filter(([, problem]) => problem !== null);
    expect(wrong).toEqual([]);
  });

  it('are found and judged', () => {
    expect(commandLines(readText('docs/operations.md')).length).toBeGreaterThan(5);
    expect(complaint(['run', '--quite'])).toBe('quite');
    expect(complaint(['rnu'])).toBe('no such command');
    expect(complaint(['monitors', 'list', '--json'])).toBeNull();
  });

  it('of containers are taken', () => {
    const job = parseAllDocuments(readText('docs/examples/kubernetes/cronjob.yaml'))[0]?.toJS();
    const compose = parseAllDocuments(readText('docs/examples/docker/compose.yaml'))[0]?.toJS();
    const { args, env } = job.spec.jobTemplate.spec.template.spec.containers[0];
    expect([complaint(args), complaint(compose.services['dmarc-etl'].command)]).toEqual([null, null]);
    const variables = readText('docs/configuration.md');
    for (const { name } of env) expect(variables).toContain(`\`${name}\``);
  });
});

describe('files', () => {
  const named = (pattern: RegExp) => FILES.filter((file) => pattern.test(file));

  it.each(named(/\.ya?ml$/))('%s is YAML', (file) => {
    const documents = parseAllDocuments(readText(file), { uniqueKeys: true });
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(documents.map((document) => typeof document.toJS())).toEqual(['object']);
  });

  it('shell scripts are right by bash, can be run, and stop at an error', () => {
    const scripts = named(/\.sh$/);
    expect(scripts.length).toBeGreaterThan(4);
    for (const script of scripts) {
      expect(spawnSync('bash', ['-n', absolute(script)]).status).toBe(0);
      expect(readText(script)).toMatch(/^#!\/usr\/bin\/env bash\n(# .*\n)+set -euo pipefail\n/);
    }
  });

  it('the Dockerfile keeps the rules: pinned, slim, no ADD, not root', () => {
    const lines = readText('docs/examples/docker/Dockerfile').split('\n');
    const of = (instruction: string) => lines.filter((line) => line.startsWith(`${instruction} `));
    expect(of('FROM').length).toBe(2);
    for (const from of of('FROM')) expect(from).toMatch(/^FROM node:\d+\.\d+\.\d+-\w+-slim( AS \w+)?$/);
    expect([...of('ADD'), ...lines.filter((line) => /latest|sudo|MAINTAINER/.test(line))]).toEqual([]);
    expect(of('USER')).toEqual(['USER node']);
    expect(lines.indexOf('USER node')).toBeLessThan(lines.findIndex((line) => line.startsWith('ENTRYPOINT')));
    expect(of('ENTRYPOINT')[0]).toMatch(/^ENTRYPOINT \[/);
    for (const copy of of('COPY').filter((line) => !line.includes('--from='))) {
      for (const source of copy.split(' ').slice(1, -1))
        expect([source, existsSync(absolute(source))]).toEqual([source, true]);
    }
  });

  const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

  it.skipIf(!hasSystemd)('systemd accepts the units, and finds the service well shut in', () => {
    const units = named(/\.(service|timer)$/).map((file) => {
      const unit = join(scratch, basename(file).replace('@.', '@shop.'));
      writeFileSync(unit, readText(file).replaceAll('/usr/local/bin/dmarc-etl', '/bin/true'));
      return unit;
    });
    expect(units.length).toBe(3);
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', ...units], { encoding: 'utf8' });
    expect(`${verified.stdout}${verified.stderr}`).toBe('');
    const service = units.find((unit) => unit.endsWith('/dmarc-etl.service')) ?? '';
    const shut = ['security', '--offline=true', '--threshold=20', '--no-pager', service];
    expect(spawnSync('systemd-analyze', shut).status).toBe(0);
  });

  it('the crontab has five times, a user and a command', () => {
    const lines = readText('docs/examples/cron/dmarc-etl.cron').trim().split('\n');
    const jobs = lines.filter((line) => !/^(#|\w+=)/.test(line));
    expect(jobs).toHaveLength(1);
    expect(jobs[0]).toMatch(/^15 0 \* \* \* {2}dmarc {2}dmarc-etl run --quiet /);
  });
});

describe('scripts, run', () => {
  let account: Account;
  const bin = join(scratch, 'bin');
  const log = join(scratch, 'log');

  function command(name: string, script: string): void {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }

  function runScript(path: string, ...words: string[]): string {
    const environment = { PATH: `${bin}:${process.env.PATH}` };
    return execFileSync(absolute(path), words, { env: environment, encoding: 'utf8', stdio: 'pipe' });
  }

  beforeAll(async () => {
    mkdirSync(bin);
    command('dmarc-etl', `exec '${process.execPath}' '${PROGRAM}' "$@"`);
    for (const name of ['aws', 'gcloud', 'az'])
      command(name, `cat > /dev/null; echo "${name} $*" >> '${log}'`);
    account = await Account.open({ monitors: 1, ips: 3, days: 4 });
    await account.run();
  });
  afterAll(() => account.close());

  it('a backup is restored into a dataset that has all of it and is verified', () => {
    const archive = join(scratch, 'backup.tar.gz');
    const restored = join(scratch, 'restored');
    runScript('docs/examples/backup/backup.sh', account.out, archive);
    const told = runScript('docs/examples/backup/restore.sh', archive, restored);
    expect(told).toMatch(/every row verified\n$/);
    const rows = (out: string) =>
      JSON.parse(readFileSync(join(out, 'current', 'manifest.json'), 'utf8')).tables;
    const { report_records, auth_results, aggregated_reports } = rows(account.out);
    expect(report_records).toBeGreaterThan(0);
    expect(rows(restored)).toMatchObject({ report_records, auth_results, aggregated_reports });
    expect(() => runScript('docs/examples/backup/restore.sh', archive, restored)).toThrow(/File exists/);
  });

  it.each([
    ['s3.sh', ['s3://bucket/dmarc'], /^aws s3 sync .*\/versions\/\S+ s3:\/\/bucket\/dmarc\/versions\/\S+$/],
    [
      'gcs.sh',
      ['gs://bucket/dmarc'],
      /^gcloud storage rsync .*\/versions\/\S+ gs:\/\/bucket\/dmarc\/versions\/\S+$/,
    ],
    ['azure.sh', ['account', 'container'], /^az storage blob upload-batch .*--source \S+\/versions\/\S+$/],
  ])('%s uploads one version and names it last', (script, words, upload) => {
    writeFileSync(log, '');
    runScript(`docs/examples/sync/${script}`, account.out, ...words);
    const calls = readFileSync(log, 'utf8').trim().split('\n');
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(upload);
    expect(calls[1]).toMatch(/current( |$)/);
  });

  it('a stable copy is the published database, replaced whole', () => {
    const copy = join(scratch, 'dmarc.duckdb');
    writeFileSync(copy, 'older');
    runScript('docs/examples/readers/stable-copy.sh', account.out, copy);
    expect(readFileSync(copy).equals(readFileSync(join(account.current, 'dmarc.duckdb')))).toBe(true);
  });
});
