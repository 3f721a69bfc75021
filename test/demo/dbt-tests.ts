/** The generic tests of a dbt sources file as SQL: what dbt's own macros ask for, each row a failure. */

export interface SourcesFile {
  readonly sources: readonly [{ readonly tables: readonly SourceTable[] }];
}

interface SourceTable {
  readonly name: string;
  readonly config?: {
    readonly meta?: { readonly external_location: string };
    readonly loaded_at_field?: string;
    readonly freshness?: object;
  };
  readonly data_tests?: readonly GenericTest[];
  readonly columns: readonly { readonly name: string; readonly data_tests?: readonly GenericTest[] }[];
}

type GenericTest = string | Readonly<Record<string, { readonly arguments: TestArguments }>>;

interface TestArguments {
  readonly column_name?: string;
  readonly values?: readonly (string | number)[];
  readonly quote?: boolean;
  readonly to?: string;
  readonly field?: string;
}

export interface DbtTest {
  readonly name: string;
  /** Its rows are failures. */
  readonly sql: string;
}

/** Every test of the file. Throws on a test that dbt does not have, or a source that the file does not name. */
export function testQueries({ sources: [source] }: SourcesFile): DbtTest[] {
  const relation = (name: string): string => {
    const table = source.tables.find((candidate) => candidate.name === name);
    if (table === undefined) throw new TypeError(`no source ${name}`);
    const location = table.config?.meta?.external_location;
    return location === undefined ? name : location.replaceAll('{{', '{').replaceAll('}}', '}');
  };
  return source.tables.flatMap((table) => [
    ...(table.data_tests ?? []).map((test) => query(test, table.name, null, relation)),
    ...table.columns.flatMap(({ name, data_tests = [] }) =>
      data_tests.map((test) => query(test, table.name, name, relation)),
    ),
  ]);
}

function query(
  test: GenericTest,
  table: string,
  columnName: string | null,
  relation: (name: string) => string,
): DbtTest {
  const [kind, { arguments: given }] =
    typeof test === 'string'
      ? [test, { arguments: {} as TestArguments }]
      : (Object.entries(test)[0] ?? ['', { arguments: {} }]);
  const column = columnName ?? given.column_name ?? '';
  const name = `${kind} ${table}${columnName === null ? '' : `.${columnName}`}`;
  return { name, sql: sqlOf(kind, column, relation(table), given, relation) };
}

function sqlOf(
  kind: string,
  column: string,
  from: string,
  given: TestArguments,
  relation: (name: string) => string,
): string {
  switch (kind) {
    case 'not_null':
      return `SELECT ${column} FROM ${from} WHERE ${column} IS NULL`;
    case 'unique':
      return `SELECT ${column} AS unique_field FROM ${from} WHERE ${column} IS NOT NULL GROUP BY ${column} HAVING COUNT(*) > 1`;
    case 'accepted_values': {
      const values = (given.values ?? []).map((value) => (given.quote === false ? value : `'${value}'`));
      return `SELECT ${column} FROM ${from} GROUP BY ${column} HAVING ${column} NOT IN (${values.join(', ')})`;
    }
    case 'relationships': {
      const [, to = ''] = /^source\('dmarc', '(\w+)'\)$/.exec(given.to ?? '') ?? [];
      return `SELECT child.${column} FROM ${from} AS child
        LEFT JOIN ${relation(to)} AS parent ON child.${column} = parent.${given.field}
        WHERE child.${column} IS NOT NULL AND parent.${given.field} IS NULL`;
    }
    default:
      throw new TypeError(`dbt has no generic test ${kind}`);
  }
}
