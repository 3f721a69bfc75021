import type { Environment } from '../options.ts';
import type { Colors } from '../present/colors.ts';
import { terminalText } from '../present/terminal-text.ts';
import { type OptionValue, THRESHOLDS_KEY } from './rows.ts';
import type { Setting, Settings } from './settings.ts';

/** Where the token comes from; its value is told nowhere. */
interface TokenOrigin {
  readonly is_set: boolean;
  readonly from: string | null;
}

/** What is in force, as `--json` prints it: keys as in a configuration file, thresholds inside an object. */
export function settingsJson({ file, list }: Settings, environment: Environment) {
  const told = ({ value, origin, where }: Setting) => ({ value: value ?? null, origin, from: where });
  const isThreshold = ({ row }: Setting) => row.path[0] === THRESHOLDS_KEY;
  const entries = (chosen: readonly Setting[]) =>
    Object.fromEntries(chosen.map((setting) => [setting.row.path.at(-1) ?? '', told(setting)]));
  return {
    file,
    token: tokenOrigin(list, environment),
    options: entries(list.filter((setting) => !isThreshold(setting))),
    thresholds: entries(list.filter(isThreshold)),
  };
}

/** What is in force, for people: name, value, and where it came from. */
export function settingsText(settings: Settings, environment: Environment, colors: Colors): string {
  const { is_set, from } = tokenOrigin(settings.list, environment);
  const rows: readonly (readonly [string, string, string])[] = [
    ['token', is_set ? '(hidden)' : '(none)', from ?? ''],
    ...settings.list.map(
      (setting) => [setting.row.name, valueText(setting), setting.where ?? 'default'] as const,
    ),
  ];
  const margins = [0, 1].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  const lines = rows.map(([name, value, from]) => {
    const origin = from === 'default' ? colors.dim(from) : from;
    return `${colors.bold(name.padEnd(margins[0] ?? 0))}  ${value.padEnd(margins[1] ?? 0)}  ${origin}`.trimEnd();
  });
  const head = `configuration file: ${settings.file === null ? 'none' : terminalText(settings.file)}`;
  return `${[head, '', ...lines].join('\n')}\n`;
}

function valueText({ row, value }: Setting): string {
  if (value === undefined) return row.option.unset ?? 'none';
  return terminalText(shown(value));
}

function shown(value: OptionValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** The order is that of `resolveToken`. */
function tokenOrigin(list: readonly Setting[], environment: Environment): TokenOrigin {
  for (const from of ['MAILERSEND_API_TOKEN', 'MAILERSEND_API_KEY']) {
    if ((environment[from] ?? '').trim() !== '') return { is_set: true, from };
  }
  const file = list.find(({ row }) => row.name === 'token-file');
  if (file?.value === undefined) return { is_set: false, from: null };
  return { is_set: true, from: `the file ${file.value} (${file.where})` };
}
