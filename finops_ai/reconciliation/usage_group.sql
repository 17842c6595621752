-- Temporary: one row per group of logged calls and price, wide: tokens and expected cost of each kind. A call that another
-- log tells of, too, and an answer from the gateway's own cache are not counted. failed: the log says that the call
-- failed. Usage of the two days around $month is read as well (in_month false).
CREATE OR REPLACE TEMP TABLE reconcile_usage AS
WITH counted AS (
    SELECT
        u.*,
        u.at_utc >= $start_utc AND u.at_utc < $end_utc AS in_month,
        u.at_utc::DATE AS day,
        u.status = 'failure' AS failed,
        e.currency,
        e.input_uncached_price_id,
        e.input_uncached_expected_cost,
        e.cache_read_price_id,
        e.cache_read_expected_cost,
        e.cache_write_5m_price_id,
        e.cache_write_5m_expected_cost,
        e.cache_write_1h_price_id,
        e.cache_write_1h_expected_cost,
        e.cache_write_price_id,
        e.cache_write_expected_cost,
        e.input_audio_price_id,
        e.input_audio_expected_cost,
        e.output_price_id,
        e.output_expected_cost,
        e.output_audio_price_id,
        e.output_audio_expected_cost,
        e.web_search_price_id,
        e.web_search_expected_cost,
    FROM token_usage AS u
    LEFT JOIN reconcile_expected AS e
        ON e.month = date_trunc('month', u.at_utc)::DATE AND e.file_id = u.file_id AND e.row_number = u.row_number
    ANTI JOIN usage_left_out AS o ON o.usage_id = u.usage_id AND o.file_id = u.file_id
    WHERE u.at_utc >= $start_utc - INTERVAL 2 DAY AND u.at_utc < $end_utc + INTERVAL 2 DAY AND u.status <> 'cache_hit'
)

SELECT
    in_month,
    provider,
    coalesce(currency, $currency) AS currency,
    project_id AS project,
    api_key_id AS api_key,
    day,
    model_id,
    model_name,
    service_tier AS tier,
    failed,
    input_uncached_price_id,
    sum(input_uncached_tokens)::BIGINT AS input_uncached_tokens,
    sum(input_uncached_expected_cost)::DECIMAL(38,15) AS input_uncached_expected_cost,
    count(input_uncached_expected_cost) = count(*) AS input_uncached_known,
    cache_read_price_id,
    sum(cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(cache_read_expected_cost)::DECIMAL(38,15) AS cache_read_expected_cost,
    count(cache_read_expected_cost) = count(*) AS cache_read_known,
    cache_write_5m_price_id,
    sum(cache_write_5m_tokens)::BIGINT AS cache_write_5m_tokens,
    sum(cache_write_5m_expected_cost)::DECIMAL(38,15) AS cache_write_5m_expected_cost,
    count(cache_write_5m_expected_cost) = count(*) AS cache_write_5m_known,
    cache_write_1h_price_id,
    sum(cache_write_1h_tokens)::BIGINT AS cache_write_1h_tokens,
    sum(cache_write_1h_expected_cost)::DECIMAL(38,15) AS cache_write_1h_expected_cost,
    count(cache_write_1h_expected_cost) = count(*) AS cache_write_1h_known,
    cache_write_price_id,
    sum(cache_write_tokens)::BIGINT AS cache_write_tokens,
    sum(cache_write_expected_cost)::DECIMAL(38,15) AS cache_write_expected_cost,
    count(cache_write_expected_cost) = count(*) AS cache_write_known,
    input_audio_price_id,
    sum(input_audio_tokens)::BIGINT AS input_audio_tokens,
    sum(input_audio_expected_cost)::DECIMAL(38,15) AS input_audio_expected_cost,
    count(input_audio_expected_cost) = count(*) AS input_audio_known,
    output_price_id,
    sum(output_tokens)::BIGINT AS output_tokens,
    sum(output_expected_cost)::DECIMAL(38,15) AS output_expected_cost,
    count(output_expected_cost) = count(*) AS output_known,
    output_audio_price_id,
    sum(output_audio_tokens)::BIGINT AS output_audio_tokens,
    sum(output_audio_expected_cost)::DECIMAL(38,15) AS output_audio_expected_cost,
    count(output_audio_expected_cost) = count(*) AS output_audio_known,
    web_search_price_id,
    sum(web_search_calls)::BIGINT AS web_search_tokens,
    sum(web_search_expected_cost)::DECIMAL(38,15) AS web_search_expected_cost,
    count(web_search_expected_cost) = count(*) AS web_search_known,
    count(*) AS usage_rows
FROM counted
GROUP BY ALL
