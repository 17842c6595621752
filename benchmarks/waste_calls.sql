-- importer: waste_calls
-- title: Calls of a labelled log of waste
-- feeds: token_usage
-- reads: jsonl, csv
-- recognised by: call_id, at, workflow, provider, model, input_tokens, output_tokens
-- optional: cache_read_tokens, cache_write_tokens, cache_write_1h_tokens, reasoning_tokens, status, session_id, user_id, api_key, latency_ms, service_tier, prompt_hash
-- identity: row
-- quirks: input_tokens are those that no cache served; output_tokens include reasoning_tokens.
SELECT
    row_number,
    call_id AS source_key,
    call_id AS request_id,
    as_utc("at") AS at_utc,
    provider,
    model AS model_name,
    coalesce(service_tier, 'standard') AS service_tier,
    as_count(input_tokens) AS input_uncached_tokens,
    coalesce(as_count(cache_read_tokens), 0) AS cache_read_tokens,
    coalesce(as_count(cache_write_tokens), 0) AS cache_write_5m_tokens,
    coalesce(as_count(cache_write_1h_tokens), 0) AS cache_write_1h_tokens,
    as_count(output_tokens) AS output_tokens,
    coalesce(as_count(reasoning_tokens), 0) AS reasoning_tokens,
    coalesce(status, 'success') AS status,
    as_count(latency_ms) AS latency_ms,
    session_id,
    user_id,
    api_key AS api_key_id,
    workflow AS workflow_hint,
    CASE WHEN prompt_hash IS NOT NULL THEN json_object('prompt_hash', prompt_hash)::VARCHAR END AS tags
FROM raw
