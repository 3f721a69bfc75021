import { ConfigurationError, EXIT } from '../errors.ts';
import { DIALECT_NAMES, type DialectName } from '../present/dialects/dialect.ts';
import { defineCommand } from './command.ts';

export const schemaCommand = defineCommand({
  name: 'schema',
  describe: 'Prints what every table, view and column is: for people, for dbt, for other engines',
  flags: {
    format: {
      type: 'string',
      requiresArg: true,
      describe:
        'markdown: the data dictionary; json: the same; dbt: a sources.yml; ddl: a script of --dialect',
      choices: ['markdown', 'json', 'dbt', 'ddl'] as const,
      default: 'markdown' as const,
    },
    root: {
      type: 'string',
      requiresArg: true,
      describe: 'URL or path of the published `parquet` directory, for dbt and ddl',
    },
    dialect: {
      type: 'string',
      requiresArg: true,
      describe: 'engine that the script is for',
      choices: DIALECT_NAMES,
    },
  },
  examples: [
    ['$0 schema > data-dictionary.md', 'every table, view and column'],
    ['$0 schema --format dbt > models/sources.yml', 'of the DuckDB file, views included'],
    ['$0 schema --format dbt --root s3://bucket/dmarc/parquet > models/sources.yml', 'of the Parquet files'],
    [
      '$0 schema --format ddl --dialect athena --root s3://bucket/dmarc/parquet',
      'external tables and all views, to paste',
    ],
  ],
  async run({ format, root, dialect }, _operand, terminal) {
    if (dialect !== undefined && format !== 'ddl') {
      throw new ConfigurationError('--dialect goes with --format ddl only');
    }
    if (root !== undefined && format !== 'dbt' && format !== 'ddl') {
      throw new ConfigurationError('--root goes with --format dbt and ddl only');
    }
    await terminal.stdout.write(await textOf(format, root, dialect));
    return EXIT.ok;
  },
});

async function textOf(
  format: 'markdown' | 'json' | 'dbt' | 'ddl',
  root: string | undefined,
  dialect: DialectName | undefined,
): Promise<string> {
  if (format === 'ddl') return ddlText(root, dialect);
  const { readDictionary } = await import('../load/dictionary.ts');
  const dictionary = await readDictionary();
  if (format === 'json') return `${JSON.stringify(dictionary, null, 2)}\n`;
  if (format === 'dbt') {
    const { schemaDbt } = await import('../present/schema-dbt.ts');
    return schemaDbt(dictionary, root ?? null);
  }
  const { schemaMarkdown } = await import('../present/schema-markdown.ts');
  return schemaMarkdown(dictionary);
}

async function ddlText(root: string | undefined, dialect: DialectName | undefined): Promise<string> {
  if (dialect === undefined) {
    throw new ConfigurationError('--format ddl needs --dialect', {
      hint: `One of ${DIALECT_NAMES.join(', ')}.`,
    });
  }
  if (root === undefined) {
    throw new ConfigurationError(
      '--format ddl needs --root, the URL or path of the published Parquet files',
      {
        hint: 'For example --root s3://bucket/dmarc/parquet.',
      },
    );
  }
  const [{ readDictionary }, { inOrder, readViews }, { schemaDdl }] = await Promise.all([
    import('../load/dictionary.ts'),
    import('../load/views.ts'),
    import('../present/schema-ddl.ts'),
  ]);
  return schemaDdl(await readDictionary(), inOrder(await readViews()), dialect, root);
}
