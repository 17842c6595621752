-- Temporary: one row per (provider, project, day, model, token kind, tier) and what may receive its money: the
-- workflow with its rule, or the key that no rule maps, and its outcomes (party_id). list_cost is NULL when any of
-- it is unpriced. quantity in tokens; in searches for web_search. A call that the gateway answered from its own
-- cache never reached the provider: it is left out.
CREATE OR REPLACE TEMP TABLE usage_member AS
WITH sent AS (
    SELECT *
    FROM usage_row
    WHERE status <> 'cache_hit'
),

bucket AS (
    SELECT *, 'input_uncached' AS token_kind, input_uncached_tokens AS quantity, input_uncached_cost AS cost
    FROM sent
    WHERE input_uncached_tokens > 0
    UNION ALL
    SELECT *, 'cache_read' AS token_kind, cache_read_tokens AS quantity, cache_read_cost AS cost
    FROM sent
    WHERE cache_read_tokens > 0
    UNION ALL
    SELECT *, 'cache_write_5m' AS token_kind, cache_write_5m_tokens AS quantity, cache_write_5m_cost AS cost
    FROM sent
    WHERE cache_write_5m_tokens > 0
    UNION ALL
    SELECT *, 'cache_write_1h' AS token_kind, cache_write_1h_tokens AS quantity, cache_write_1h_cost AS cost
    FROM sent
    WHERE cache_write_1h_tokens > 0
    UNION ALL
    SELECT *, 'cache_write' AS token_kind, cache_write_tokens AS quantity, cache_write_cost AS cost
    FROM sent
    WHERE cache_write_tokens > 0
    UNION ALL
    SELECT *, 'input_audio' AS token_kind, input_audio_tokens AS quantity, input_audio_cost AS cost
    FROM sent
    WHERE input_audio_tokens > 0
    UNION ALL
    SELECT *, 'output' AS token_kind, output_tokens AS quantity, output_cost AS cost
    FROM sent
    WHERE output_tokens > 0
    UNION ALL
    SELECT *, 'output_audio' AS token_kind, output_audio_tokens AS quantity, output_audio_cost AS cost
    FROM sent
    WHERE output_audio_tokens > 0
    UNION ALL
    SELECT *, 'web_search' AS token_kind, web_search_calls AS quantity, web_search_cost AS cost
    FROM sent
    WHERE web_search_calls > 0
)

SELECT
    provider,
    project_id,
    day,
    match_model,
    model_id,
    token_kind,
    service_tier,
    workflow,
    rule_ordinal,
    detail,
    party_id,
    sum(quantity)::DECIMAL(38,15) AS quantity,
    CASE WHEN count(*) = count(cost) THEN sum(cost) END::DECIMAL(38,15) AS list_cost,
    CASE WHEN min(list_currency) = max(list_currency) THEN max(list_currency) END AS list_currency
FROM bucket
GROUP BY ALL
