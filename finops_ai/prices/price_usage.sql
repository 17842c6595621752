-- One row per usage row of the month: what each meter costs at list price, in `currency`, unrounded.
-- BIGINT tokens times DECIMAL(18,15) per token is exact, and nothing is divided. A used meter without a
-- price leaves its cost and list_cost NULL: unknown is never zero. A call that the gateway answered from its
-- own cache was not sold by anybody: list_cost 0, no meters. A quantity that no column counts is named in quality
-- ('not counted: ...'): the rest has its cost, and the status says which part has none; a call of which nothing is
-- counted has no cost, unless its own log says that it was free. Not an ASOF join: that sorts both
-- sides, and was slower with four times the memory.
INSERT INTO priced_usage BY NAME
WITH used AS (
    SELECT
        *,
        coalesce(endpoint_scope, '') AS stated_scope,
        input_uncached_tokens
            + cache_read_tokens
            + cache_write_5m_tokens
            + cache_write_1h_tokens
            + cache_write_tokens
            + input_audio_tokens AS prompt_tokens,
        -- A band is chosen by one call's prompt; a report of many calls does not say how long they were.
        CASE WHEN grain = 'bucket' THEN 0 ELSE prompt_tokens END AS band_tokens,
        coalesce(regexp_extract(quality, 'not counted: ([^;]*)', 1), '') AS uncounted,
        (isodow(at_utc) - 1) * 1440 + hour(at_utc) * 60 + minute(at_utc) AS minute_of_week
    FROM token_usage
    WHERE at_utc >= $month_start_utc AND at_utc < $month_end_utc
),
costed AS (
    SELECT
        u.usage_id,
        u.file_id,
        u.row_number,
        u.provider,
        u.model_id,
        c.currency,
        CASE WHEN u.input_uncached_tokens > 0 THEN c.input_uncached_price_id END AS input_uncached_price_id,
        CASE WHEN u.input_uncached_tokens > 0 THEN u.input_uncached_tokens * c.input_uncached_unit_price ELSE 0 END AS input_uncached_cost,
        CASE WHEN u.cache_read_tokens > 0 THEN c.cache_read_price_id END AS cache_read_price_id,
        CASE WHEN u.cache_read_tokens > 0 THEN u.cache_read_tokens * c.cache_read_unit_price ELSE 0 END AS cache_read_cost,
        CASE WHEN u.cache_write_5m_tokens > 0 THEN c.cache_write_5m_price_id END AS cache_write_5m_price_id,
        CASE WHEN u.cache_write_5m_tokens > 0 THEN u.cache_write_5m_tokens * c.cache_write_5m_unit_price ELSE 0 END AS cache_write_5m_cost,
        CASE WHEN u.cache_write_1h_tokens > 0 THEN c.cache_write_1h_price_id END AS cache_write_1h_price_id,
        CASE WHEN u.cache_write_1h_tokens > 0 THEN u.cache_write_1h_tokens * c.cache_write_1h_unit_price ELSE 0 END AS cache_write_1h_cost,
        CASE WHEN u.cache_write_tokens > 0 THEN c.cache_write_price_id END AS cache_write_price_id,
        CASE WHEN u.cache_write_tokens > 0 THEN u.cache_write_tokens * c.cache_write_unit_price ELSE 0 END AS cache_write_cost,
        CASE WHEN u.input_audio_tokens > 0 THEN c.input_audio_price_id END AS input_audio_price_id,
        CASE WHEN u.input_audio_tokens > 0 THEN u.input_audio_tokens * c.input_audio_unit_price ELSE 0 END AS input_audio_cost,
        CASE WHEN u.output_tokens > 0 THEN c.output_price_id END AS output_price_id,
        CASE WHEN u.output_tokens > 0 THEN u.output_tokens * c.output_unit_price ELSE 0 END AS output_cost,
        CASE WHEN u.output_audio_tokens > 0 THEN c.output_audio_price_id END AS output_audio_price_id,
        CASE WHEN u.output_audio_tokens > 0 THEN u.output_audio_tokens * c.output_audio_unit_price ELSE 0 END AS output_audio_cost,
        CASE WHEN u.web_search_calls > 0 THEN c.web_search_price_id END AS web_search_price_id,
        CASE WHEN u.web_search_calls > 0 THEN u.web_search_calls * c.web_search_unit_price ELSE 0 END AS web_search_cost,
        CASE
            WHEN u.status = 'cache_hit' THEN 'cache_hit'
            WHEN u.status = 'failure'
                AND u.prompt_tokens + u.output_tokens + u.output_audio_tokens + u.web_search_calls = 0
                THEN 'no_tokens'
            WHEN u.model_id IS NULL THEN 'unknown_model'
            WHEN u.input_uncached_tokens > 0 AND c.input_uncached_unit_price IS NULL THEN 'no_price:input_uncached'
            WHEN u.cache_read_tokens > 0 AND c.cache_read_unit_price IS NULL THEN 'no_price:cache_read'
            WHEN u.cache_write_5m_tokens > 0 AND c.cache_write_5m_unit_price IS NULL THEN 'no_price:cache_write_5m'
            WHEN u.cache_write_1h_tokens > 0 AND c.cache_write_1h_unit_price IS NULL THEN 'no_price:cache_write_1h'
            WHEN u.cache_write_tokens > 0 AND c.cache_write_unit_price IS NULL THEN 'no_price:cache_write'
            WHEN u.input_audio_tokens > 0 AND c.input_audio_unit_price IS NULL THEN 'no_price:input_audio'
            WHEN u.output_tokens > 0 AND c.output_unit_price IS NULL THEN 'no_price:output'
            WHEN u.output_audio_tokens > 0 AND c.output_audio_unit_price IS NULL THEN 'no_price:output_audio'
            WHEN u.web_search_calls > 0 AND c.web_search_unit_price IS NULL THEN 'no_price:web_search'
            WHEN u.prompt_tokens + u.output_tokens + u.output_audio_tokens + u.web_search_calls = 0
                AND (u.calls > 0 OR u.uncounted <> '')
                THEN CASE WHEN u.logged_cost = 0 AND u.uncounted = '' THEN 'no_tokens' ELSE 'no_quantity' END
            WHEN u.uncounted <> '' THEN 'partly:' || u.uncounted
            ELSE 'priced'
        END AS pricing_status
    FROM used AS u
    LEFT JOIN rate_card AS c
        ON u.status <> 'cache_hit'
        AND c.provider = u.provider
        AND c.model_name = u.model_name
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
    $month AS month,
    usage_id,
    file_id,
    row_number,
    provider,
    model_id,
    input_uncached_price_id,
    input_uncached_cost,
    cache_read_price_id,
    cache_read_cost,
    cache_write_5m_price_id,
    cache_write_5m_cost,
    cache_write_1h_price_id,
    cache_write_1h_cost,
    cache_write_price_id,
    cache_write_cost,
    input_audio_price_id,
    input_audio_cost,
    output_price_id,
    output_cost,
    output_audio_price_id,
    output_audio_cost,
    web_search_price_id,
    web_search_cost,
    CASE
        WHEN pricing_status = 'cache_hit' THEN 0
        WHEN pricing_status IN ('priced', 'no_tokens') OR starts_with(pricing_status, 'partly:')
            THEN input_uncached_cost
            + cache_read_cost
            + cache_write_5m_cost
            + cache_write_1h_cost
            + cache_write_cost
            + input_audio_cost
            + output_cost
            + output_audio_cost
            + web_search_cost
    END AS list_cost,
    pricing_status,
    currency
FROM costed
