import { type AnyOption, ROWS, type Row, THRESHOLDS_KEY } from './rows.ts';

/** The JSON schema of a configuration file, for editors: JSON Schema draft 7, which they all know. */
export function configurationSchema() {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of dmarc-etl',
    type: 'object',
    additionalProperties: false,
    properties: {
      $schema: { type: 'string', description: 'This schema, for editors' },
      ...properties(ROWS.filter(({ path }) => path.length === 1)),
      [THRESHOLDS_KEY]: {
        description: 'Thresholds of the views, as they stand in the table parameters',
        type: 'object',
        additionalProperties: false,
        properties: properties(ROWS.filter(({ path }) => path.length === 2)),
      },
    },
  };
}

function properties(rows: readonly Row[]) {
  return Object.fromEntries(rows.map(({ path, option }) => [path.at(-1) ?? '', property(option)]));
}

function property({ type, array, choices, describe, default: value, unset }: AnyOption) {
  const told = value === undefined && unset !== undefined ? `${describe} (${unset})` : describe;
  return {
    description: told,
    ...(array === true ? { type: 'array', items: { type } } : { type }),
    ...(choices === undefined ? {} : { enum: choices }),
    ...(value === undefined ? {} : { default: value }),
  };
}
