-- Severity: error
-- Description: Every column has one of the types that all consumers can read.
SELECT table_name, column_name, data_type
FROM duckdb_columns()
WHERE NOT internal AND database_name = CURRENT_DATABASE()
  AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary)
  AND data_type NOT IN (
    'VARCHAR', 'BOOLEAN', 'INTEGER', 'BIGINT', 'DOUBLE', 'DATE', 'TIMESTAMP WITH TIME ZONE'
  )
