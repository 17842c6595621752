-- One row per call and token kind of the groups of logged usage that the lists name, at most $limit: file, record,
-- tokens of the kind, expected cost in currency (an estimate).
WITH wanted AS (
    SELECT
        unnest($providers::VARCHAR[]) AS provider,
        unnest($projects::VARCHAR[]) AS project,
        unnest($api_keys::VARCHAR[]) AS api_key,
        unnest($days::DATE[]) AS day,
        unnest($model_ids::VARCHAR[]) AS model_id,
        unnest($model_names::VARCHAR[]) AS model_name,
        unnest($kinds::VARCHAR[]) AS kind,
        unnest($tiers::VARCHAR[]) AS tier,
        unnest($failed::BOOLEAN[]) AS failed,
        unnest($price_ids::VARCHAR[]) AS price_id
),

found AS (
    SELECT DISTINCT
        u.file_id,
        u.row_number,
        u.at_utc,
        u.provider,
        coalesce(u.model_id, u.model_name) AS model,
        w.kind,
        CASE w.kind
            WHEN 'input_uncached' THEN u.input_uncached_tokens
            WHEN 'cache_read' THEN u.cache_read_tokens
            WHEN 'cache_write_5m' THEN u.cache_write_5m_tokens
            WHEN 'cache_write_1h' THEN u.cache_write_1h_tokens
            WHEN 'cache_write' THEN u.cache_write_tokens
            WHEN 'input_audio' THEN u.input_audio_tokens
            WHEN 'output' THEN u.output_tokens
            WHEN 'output_audio' THEN u.output_audio_tokens
            WHEN 'web_search' THEN u.web_search_calls
        END AS tokens,
        CASE w.kind
            WHEN 'input_uncached' THEN e.input_uncached_expected_cost
            WHEN 'cache_read' THEN e.cache_read_expected_cost
            WHEN 'cache_write_5m' THEN e.cache_write_5m_expected_cost
            WHEN 'cache_write_1h' THEN e.cache_write_1h_expected_cost
            WHEN 'cache_write' THEN e.cache_write_expected_cost
            WHEN 'input_audio' THEN e.input_audio_expected_cost
            WHEN 'output' THEN e.output_expected_cost
            WHEN 'output_audio' THEN e.output_audio_expected_cost
            WHEN 'web_search' THEN e.web_search_expected_cost
        END AS expected,
        coalesce(e.currency, '') AS currency,
        CASE w.kind
            WHEN 'input_uncached' THEN e.input_uncached_price_id
            WHEN 'cache_read' THEN e.cache_read_price_id
            WHEN 'cache_write_5m' THEN e.cache_write_5m_price_id
            WHEN 'cache_write_1h' THEN e.cache_write_1h_price_id
            WHEN 'cache_write' THEN e.cache_write_price_id
            WHEN 'input_audio' THEN e.input_audio_price_id
            WHEN 'output' THEN e.output_price_id
            WHEN 'output_audio' THEN e.output_audio_price_id
            WHEN 'web_search' THEN e.web_search_price_id
        END AS price_id,
        w.price_id AS wanted_price_id
    FROM token_usage AS u
    INNER JOIN wanted AS w
        ON w.provider = u.provider
        AND w.project IS NOT DISTINCT FROM u.project_id
        AND w.api_key IS NOT DISTINCT FROM u.api_key_id
        AND w.day = u.at_utc::DATE
        AND w.model_id IS NOT DISTINCT FROM u.model_id
        AND (u.model_id IS NOT NULL OR w.model_name IS NOT DISTINCT FROM u.model_name)
        AND w.tier = u.service_tier
        AND w.failed = (u.status = 'failure')
    LEFT JOIN reconcile_expected AS e
        ON e.month = date_trunc('month', u.at_utc)::DATE AND e.file_id = u.file_id AND e.row_number = u.row_number
    ANTI JOIN usage_left_out AS o ON o.usage_id = u.usage_id AND o.file_id = u.file_id
    WHERE u.at_utc >= $start_utc - INTERVAL 2 DAY AND u.at_utc < $end_utc + INTERVAL 2 DAY AND u.status <> 'cache_hit'
)

SELECT
    'usage' AS side,
    f.path,
    found.row_number AS record,
    found.at_utc::VARCHAR AS at,
    found.provider,
    found.model,
    found.kind,
    found.tokens::DECIMAL(38,15),
    found.expected::DECIMAL(38,15),
    found.currency,
    'estimated' AS label
FROM found
INNER JOIN imported_file AS f ON f.file_id = found.file_id
WHERE found.tokens > 0 AND found.price_id IS NOT DISTINCT FROM found.wanted_price_id
ORDER BY f.path, found.row_number, found.kind
LIMIT $limit
