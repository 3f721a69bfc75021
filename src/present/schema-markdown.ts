import type {
  Dictionary,
  DictionaryColumn,
  DictionaryRelation,
  DictionaryTable,
  DictionaryView,
} from '../contract/dictionary.ts';

/** The data dictionary as a Markdown page that ends in a line break. */
export function schemaMarkdown({ contract_version, tables, views }: Dictionary): string {
  return [
    '# Data dictionary',
    '',
    `Contract version ${contract_version}, made by \`dmarc-etl schema\`. Days are UTC days, points in time are UTC, rates and`,
    'shares are 0 to 1, volumes are messages. NULL means not told, or not defined (0 / 0).',
    '',
    '## Views',
    '',
    ...overview(views, 'answers'),
    '',
    '## Tables',
    '',
    ...overview(tables, 'holds'),
    '',
    ...views.flatMap(viewSection),
    ...tables.flatMap(tableSection),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

/** The lines of a Markdown table of names and what they stand for. */
export function overview(
  relations: readonly Pick<DictionaryRelation, 'name' | 'description'>[],
  verb: string,
): string[] {
  return markdownTable(
    ['name', verb],
    relations.map(({ name, description }) => [`[\`${name}\`](#${name})`, description]),
  );
}

function viewSection({ name, description, grain, inputs, traps, columns }: DictionaryView): string[] {
  return [
    `### ${name}`,
    '',
    sentence(description),
    '',
    `- One row: ${grain}`,
    `- Reads: ${inputs.map((input) => `[\`${input}\`](#${input})`).join(', ')}.`,
    `- Traps: ${traps}`,
    '',
    ...columnTable(columns),
    '',
  ];
}

function tableSection(table: DictionaryTable): string[] {
  return [
    `### ${table.name}`,
    '',
    sentence(table.description),
    '',
    `- One row: ${table.grain} (${table.key.join(', ')}).`,
    `- Parquet: ${parquetText(table)}.`,
    '',
    ...columnTable(table.columns),
    '',
  ];
}

function parquetText({ name, in_parquet, partition_column }: DictionaryTable): string {
  if (!in_parquet) return 'none, in DuckDB only';
  if (partition_column === null) return `\`${name}/part-0.parquet\``;
  return `\`${name}/month=YYYY-MM-01/part-0.parquet\`, by the month of ${partition_column}`;
}

function columnTable(columns: readonly DictionaryColumn[]): string[] {
  return markdownTable(
    ['column', 'type', 'is'],
    columns.map((column) => [`\`${column.name}\``, column.type, columnText(column)]),
  );
}

function columnText({ description, references }: DictionaryColumn): string {
  return references === null ? description : `${description}; in [\`${references}\`](#${references})`;
}

function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${'---|'.repeat(heads.length)}`, ...rows.map(line)];
}

/** With a capital letter and a full stop. */
function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`;
}
