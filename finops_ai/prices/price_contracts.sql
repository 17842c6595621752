-- One row per usage row of the month that a contract holds for: table contract_usage. As in price_usage.sql,
-- BIGINT tokens times DECIMAL(18,15) per token is exact. A call of which a used meter has no price under the
-- contract has no contract cost: it is left out.
INSERT INTO contract_usage
WITH used AS (
    SELECT
        *,
        coalesce(endpoint_scope, '') AS stated_scope,
        CASE
            WHEN grain = 'bucket' THEN 0
            ELSE input_uncached_tokens
                + cache_read_tokens
                + cache_write_5m_tokens
                + cache_write_1h_tokens
                + cache_write_tokens
                + input_audio_tokens
        END AS band_tokens,
        (isodow(at_utc) - 1) * 1440 + hour(at_utc) * 60 + minute(at_utc) AS minute_of_week
    FROM token_usage
    WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc AND status <> 'cache_hit'
),

costed AS (
    SELECT
        $month AS month,
        u.file_id,
        u.row_number,
        c.contract_name,
        c.currency,
        CASE WHEN u.input_uncached_tokens > 0 THEN u.input_uncached_tokens * c.input_uncached_unit_price ELSE 0 END AS input_uncached_cost,
        CASE WHEN u.cache_read_tokens > 0 THEN u.cache_read_tokens * c.cache_read_unit_price ELSE 0 END AS cache_read_cost,
        CASE WHEN u.cache_write_5m_tokens > 0 THEN u.cache_write_5m_tokens * c.cache_write_5m_unit_price ELSE 0 END AS cache_write_5m_cost,
        CASE WHEN u.cache_write_1h_tokens > 0 THEN u.cache_write_1h_tokens * c.cache_write_1h_unit_price ELSE 0 END AS cache_write_1h_cost,
        CASE WHEN u.cache_write_tokens > 0 THEN u.cache_write_tokens * c.cache_write_unit_price ELSE 0 END AS cache_write_cost,
        CASE WHEN u.input_audio_tokens > 0 THEN u.input_audio_tokens * c.input_audio_unit_price ELSE 0 END AS input_audio_cost,
        CASE WHEN u.output_tokens > 0 THEN u.output_tokens * c.output_unit_price ELSE 0 END AS output_cost,
        CASE WHEN u.output_audio_tokens > 0 THEN u.output_audio_tokens * c.output_audio_unit_price ELSE 0 END AS output_audio_cost,
        CASE WHEN u.web_search_calls > 0 THEN u.web_search_calls * c.web_search_unit_price ELSE 0 END AS web_search_cost
    FROM used AS u
    JOIN contract_card AS c
        ON c.provider = u.provider
        AND c.model_name = u.model_name
        AND c.model_id IS NOT DISTINCT FROM u.model_id
        AND c.project_id IS NOT DISTINCT FROM u.project_id
        AND c.service_tier = u.service_tier
        AND c.endpoint_scope = u.stated_scope
        AND u.at_utc >= c.from_utc
        AND u.at_utc < c.to_utc
        AND u.minute_of_week >= c.minute_from
        AND u.minute_of_week < c.minute_to
        AND u.band_tokens >= c.min_prompt_tokens
        AND u.band_tokens < c.below_prompt_tokens
)

SELECT
    *,
    input_uncached_cost
        + cache_read_cost
        + cache_write_5m_cost
        + cache_write_1h_cost
        + cache_write_cost
        + input_audio_cost
        + output_cost
        + output_audio_cost
        + web_search_cost AS contract_cost
FROM costed
WHERE contract_cost IS NOT NULL
