-- importer: mooncake_trace
-- title: Mooncake request traces
-- tested on: real files (kvcache-ai/Mooncake, Apache-2.0)
-- feeds: token_usage
-- reads: jsonl
-- recognised by: timestamp, input_length, output_length, hash_ids
-- identity: row
-- quirks: Times are milliseconds since the trace began. That instant is not told: say it with `ingest --at`, else it is 2025-01-01.
-- quirks: The trace names neither the model nor an id of the call: the same file counts once.
-- quirks: Blocks of 512 tokens that stood in an earlier request may have been cache hits; here all input is uncached.
SELECT
    row_number,
    coalesce(stated_at_utc(), TIMESTAMP '2025-01-01') + to_milliseconds(as_count(timestamp)) AS at_utc,
    'unknown' AS provider,
    as_count(input_length) AS input_uncached_tokens,
    as_count(output_length) AS output_tokens,
    'mooncake-trace' AS workflow_hint
FROM raw
