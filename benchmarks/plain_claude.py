"""Plain DuckDB: the session files with declared columns, one row per message, into a database."""

from __future__ import annotations

import sys

import duckdb

STATEMENT = """
CREATE TABLE token_usage AS
WITH lines AS (
    SELECT message.id AS id, message.model AS model, message.usage AS usage, timestamp
    FROM read_json($files, format = 'newline_delimited', ignore_errors = true, columns = {
        sessionId: 'VARCHAR', timestamp: 'TIMESTAMP', type: 'VARCHAR',
        message: 'STRUCT(id VARCHAR, model VARCHAR, usage STRUCT(input_tokens BIGINT,
            cache_creation_input_tokens BIGINT, cache_read_input_tokens BIGINT, output_tokens BIGINT))'
    })
    WHERE message.usage IS NOT NULL
)
SELECT id, arg_max(usage, usage.output_tokens) AS usage, any_value(model) AS model
FROM lines
GROUP BY id
"""

if __name__ == "__main__":
    with duckdb.connect(sys.argv[2]) as connection:
        connection.execute(STATEMENT, {"files": f"{sys.argv[1]}/**/*.jsonl"})
