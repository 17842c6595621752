-- importer: azure_trace
-- feeds: token_usage
-- reads: csv
-- recognised by: TIMESTAMP, ContextTokens, GeneratedTokens
-- identity: row
-- quirks: The public Azure LLM inference trace names neither the model nor an id of the call.
-- quirks: Without an id, a row is known by its file and record number: the same file counts once.
SELECT
    row_number,
    as_utc("TIMESTAMP") AS at_utc,
    'azure-openai' AS provider,
    as_count("ContextTokens") AS input_uncached_tokens,
    as_count("GeneratedTokens") AS output_tokens,
    'azure-trace' AS workflow_hint
FROM raw
