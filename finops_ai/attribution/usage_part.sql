-- usage_row added up: table usage_part, one row per chunk, (provider, project, day, model, tier), what may receive the
-- money (workflow and rule, or the key that no rule maps; outcomes) and currency. The cost of a kind is NULL when any of
-- its tokens has no price. Not sent: calls that the gateway answered from its own cache.
INSERT INTO usage_part
SELECT
    provider,
    project_id,
    day,
    match_model,
    model_id,
    service_tier,
    workflow,
    rule_ordinal,
    detail,
    party_id,
    list_currency,
    status <> 'cache_hit',
    sum(calls)::BIGINT,
    sum(list_cost)::DECIMAL(38,15),
    bool_and(list_cost IS NOT NULL OR input_uncached_tokens + cache_read_tokens + cache_write_5m_tokens + cache_write_1h_tokens + cache_write_tokens + input_audio_tokens + output_tokens + output_audio_tokens + web_search_calls = 0),
    sum(input_uncached_tokens),
    CASE WHEN bool_and(input_uncached_tokens = 0 OR input_uncached_cost IS NOT NULL) THEN sum(input_uncached_cost) END::DECIMAL(38,15),
    sum(cache_read_tokens),
    CASE WHEN bool_and(cache_read_tokens = 0 OR cache_read_cost IS NOT NULL) THEN sum(cache_read_cost) END::DECIMAL(38,15),
    sum(cache_write_5m_tokens),
    CASE WHEN bool_and(cache_write_5m_tokens = 0 OR cache_write_5m_cost IS NOT NULL) THEN sum(cache_write_5m_cost) END::DECIMAL(38,15),
    sum(cache_write_1h_tokens),
    CASE WHEN bool_and(cache_write_1h_tokens = 0 OR cache_write_1h_cost IS NOT NULL) THEN sum(cache_write_1h_cost) END::DECIMAL(38,15),
    sum(cache_write_tokens),
    CASE WHEN bool_and(cache_write_tokens = 0 OR cache_write_cost IS NOT NULL) THEN sum(cache_write_cost) END::DECIMAL(38,15),
    sum(input_audio_tokens),
    CASE WHEN bool_and(input_audio_tokens = 0 OR input_audio_cost IS NOT NULL) THEN sum(input_audio_cost) END::DECIMAL(38,15),
    sum(output_tokens),
    CASE WHEN bool_and(output_tokens = 0 OR output_cost IS NOT NULL) THEN sum(output_cost) END::DECIMAL(38,15),
    sum(output_audio_tokens),
    CASE WHEN bool_and(output_audio_tokens = 0 OR output_audio_cost IS NOT NULL) THEN sum(output_audio_cost) END::DECIMAL(38,15),
    sum(web_search_calls),
    CASE WHEN bool_and(web_search_calls = 0 OR web_search_cost IS NOT NULL) THEN sum(web_search_cost) END::DECIMAL(38,15)
FROM usage_row
GROUP BY ALL
