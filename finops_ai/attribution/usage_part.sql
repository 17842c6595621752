-- The calls of usage_row added up: table usage_part, one row per chunk, (provider, project, day, model, tier), what may
-- receive the money (workflow and rule, or the key that no rule maps; outcomes) and list_currency, in which costs are:
-- at contract rate where a contract holds, else at list price. The cost of a kind is NULL when any of its tokens has no
-- price. Not sent: calls that the gateway answered from its own cache. A line of a kind that nobody used in the month
-- is left out by usage.py: most months use four of nine, and every sum has its price.
INSERT INTO usage_part BY NAME
WITH used AS (
    SELECT
        u.provider,
        u.project_id,
        u.at_utc::DATE AS day,
        coalesce(u.model_id, '?' || u.model_name) AS match_model,
        u.model_id,
        u.service_tier,
        usage_row.workflow,
        usage_row.rule_ordinal,
        CASE
            WHEN usage_row.workflow IS NULL
                THEN coalesce(nullif(concat_ws(' / ', u.api_key_id, u.project_id), ''), 'no key or project')
        END AS detail,
        usage_row.party_id,
        CASE WHEN p.contract_cost IS NULL THEN p.currency ELSE p.contract_currency END AS list_currency,
        u.status <> 'cache_hit' AS is_sent,
        u.calls,
        coalesce(p.contract_cost, p.list_cost) AS list_cost,
        u.input_uncached_tokens,  -- kind input_uncached
        coalesce(c.input_uncached_cost, p.input_uncached_cost) AS input_uncached_cost,  -- kind input_uncached
        u.cache_read_tokens,  -- kind cache_read
        coalesce(c.cache_read_cost, p.cache_read_cost) AS cache_read_cost,  -- kind cache_read
        u.cache_write_5m_tokens,  -- kind cache_write_5m
        coalesce(c.cache_write_5m_cost, p.cache_write_5m_cost) AS cache_write_5m_cost,  -- kind cache_write_5m
        u.cache_write_1h_tokens,  -- kind cache_write_1h
        coalesce(c.cache_write_1h_cost, p.cache_write_1h_cost) AS cache_write_1h_cost,  -- kind cache_write_1h
        u.cache_write_tokens,  -- kind cache_write
        coalesce(c.cache_write_cost, p.cache_write_cost) AS cache_write_cost,  -- kind cache_write
        u.input_audio_tokens,  -- kind input_audio
        coalesce(c.input_audio_cost, p.input_audio_cost) AS input_audio_cost,  -- kind input_audio
        u.output_tokens,  -- kind output
        coalesce(c.output_cost, p.output_cost) AS output_cost,  -- kind output
        u.output_audio_tokens,  -- kind output_audio
        coalesce(c.output_audio_cost, p.output_audio_cost) AS output_audio_cost,  -- kind output_audio
        u.web_search_calls,  -- kind web_search
        coalesce(c.web_search_cost, p.web_search_cost) AS web_search_cost,  -- kind web_search
        (
            0
            + u.input_uncached_tokens  -- kind input_uncached
            + u.cache_read_tokens  -- kind cache_read
            + u.cache_write_5m_tokens  -- kind cache_write_5m
            + u.cache_write_1h_tokens  -- kind cache_write_1h
            + u.cache_write_tokens  -- kind cache_write
            + u.input_audio_tokens  -- kind input_audio
            + u.output_tokens  -- kind output
            + u.output_audio_tokens  -- kind output_audio
            + u.web_search_calls  -- kind web_search
        ) = 0 AS is_empty
    FROM token_usage AS u
    INNER JOIN usage_row ON usage_row.file_id = u.file_id AND usage_row.row_number = u.row_number
    LEFT JOIN priced_usage AS p
        ON p.month = $month
        AND p.file_id = u.file_id
        AND p.row_number = u.row_number
        AND p.file_id BETWEEN $first_file AND $last_file
        AND p.row_number BETWEEN $first_row AND $last_row
    LEFT JOIN contract_usage AS c ON c.month = $month AND c.file_id = u.file_id AND c.row_number = u.row_number
    WHERE u.file_id BETWEEN $first_file AND $last_file AND u.row_number BETWEEN $first_row AND $last_row
)

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
    is_sent,
    sum(input_uncached_tokens) AS input_uncached_tokens,  -- kind input_uncached
    CASE WHEN bool_and(input_uncached_tokens = 0 OR input_uncached_cost IS NOT NULL) THEN sum(input_uncached_cost) END AS input_uncached_cost,  -- kind input_uncached
    sum(cache_read_tokens) AS cache_read_tokens,  -- kind cache_read
    CASE WHEN bool_and(cache_read_tokens = 0 OR cache_read_cost IS NOT NULL) THEN sum(cache_read_cost) END AS cache_read_cost,  -- kind cache_read
    sum(cache_write_5m_tokens) AS cache_write_5m_tokens,  -- kind cache_write_5m
    CASE WHEN bool_and(cache_write_5m_tokens = 0 OR cache_write_5m_cost IS NOT NULL) THEN sum(cache_write_5m_cost) END AS cache_write_5m_cost,  -- kind cache_write_5m
    sum(cache_write_1h_tokens) AS cache_write_1h_tokens,  -- kind cache_write_1h
    CASE WHEN bool_and(cache_write_1h_tokens = 0 OR cache_write_1h_cost IS NOT NULL) THEN sum(cache_write_1h_cost) END AS cache_write_1h_cost,  -- kind cache_write_1h
    sum(cache_write_tokens) AS cache_write_tokens,  -- kind cache_write
    CASE WHEN bool_and(cache_write_tokens = 0 OR cache_write_cost IS NOT NULL) THEN sum(cache_write_cost) END AS cache_write_cost,  -- kind cache_write
    sum(input_audio_tokens) AS input_audio_tokens,  -- kind input_audio
    CASE WHEN bool_and(input_audio_tokens = 0 OR input_audio_cost IS NOT NULL) THEN sum(input_audio_cost) END AS input_audio_cost,  -- kind input_audio
    sum(output_tokens) AS output_tokens,  -- kind output
    CASE WHEN bool_and(output_tokens = 0 OR output_cost IS NOT NULL) THEN sum(output_cost) END AS output_cost,  -- kind output
    sum(output_audio_tokens) AS output_audio_tokens,  -- kind output_audio
    CASE WHEN bool_and(output_audio_tokens = 0 OR output_audio_cost IS NOT NULL) THEN sum(output_audio_cost) END AS output_audio_cost,  -- kind output_audio
    sum(web_search_calls) AS web_search_calls,  -- kind web_search
    CASE WHEN bool_and(web_search_calls = 0 OR web_search_cost IS NOT NULL) THEN sum(web_search_cost) END AS web_search_cost,  -- kind web_search
    sum(calls)::BIGINT AS calls,
    sum(list_cost)::DECIMAL(38,15) AS list_cost,
    bool_and(list_cost IS NOT NULL OR is_empty) AS is_priced
FROM used
GROUP BY ALL
