-- One row per table or view of the public schema, tables first.
SELECT
    table_name,
    'table' AS kind,
    column_count,
    comment
FROM duckdb_tables()
WHERE NOT internal
    AND schema_name = 'main'
UNION ALL
SELECT
    view_name,
    'view',
    column_count,
    comment
FROM duckdb_views()
WHERE NOT internal
    AND schema_name = 'main'
ORDER BY kind, table_name
