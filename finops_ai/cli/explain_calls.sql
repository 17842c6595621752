-- One row per usage row that $id names: by its id in the log, the provider's id of the answer or of the
-- request, or usage_id. Costs in `currency`: list_cost is estimated, logged_cost is what the log says.
SELECT
    u.usage_id::VARCHAR AS usage_id,
    u.source,
    u.source_key,
    f.path,
    u.row_number,
    u.at_utc,
    u.provider,
    u.model_name,
    u.model_id,
    r.rule AS name_rule,
    u.service_tier,
    coalesce(u.endpoint_scope, r.endpoint_scope) AS endpoint_scope,
    u.grain,
    u.calls,
    u.input_uncached_tokens
        + u.cache_read_tokens
        + u.cache_write_5m_tokens
        + u.cache_write_1h_tokens
        + u.cache_write_tokens
        + u.input_audio_tokens AS prompt_tokens,
    u.reasoning_tokens,
    u.quality,
    p.pricing_status,
    p.currency,
    p.list_cost,
    p.contract_cost,
    p.contract_name,
    p.contract_currency,
    u.logged_cost,
    a.workflow,
    a.rule_ordinal,
    a.outcome_kind,
    a.outcome_id,
    l.reason AS left_out_because
FROM token_usage AS u
INNER JOIN imported_file AS f USING (file_id)
LEFT JOIN model_resolution AS r
    ON r.provider = u.provider
    AND r.model_name = u.model_name
    AND u.at_utc >= r.valid_from_utc
    AND u.at_utc < r.valid_to_utc
LEFT JOIN priced_usage AS p ON p.file_id = u.file_id AND p.row_number = u.row_number
LEFT JOIN usage_attributed AS a ON a.file_id = u.file_id AND a.row_number = u.row_number
LEFT JOIN usage_left_out AS l ON l.file_id = u.file_id AND l.row_number = u.row_number
WHERE $id IN (u.usage_id::VARCHAR, u.source_key, u.response_id, u.request_id)
ORDER BY u.at_utc, f.path, u.row_number
LIMIT 100
