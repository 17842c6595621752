-- Temporary: one row per call of the months from $first to $month that counts and was sent to a provider, with its
-- price. price_cost is the only place that says at which price usage is accrued: list price.
CREATE OR REPLACE TEMP TABLE accrual_usage AS
SELECT
    attributed.month,
    usage.at_utc::DATE AS day,
    usage.provider,
    usage.project_id,
    usage.model_id,
    CASE WHEN usage.model_id IS NULL THEN usage.model_name END AS model_name,
    attributed.workflow,
    priced.currency,
    coalesce(priced.pricing_status, 'not_priced') AS pricing_status,
    usage.calls,
    usage.input_uncached_tokens,
    usage.cache_read_tokens,
    usage.cache_write_5m_tokens,
    usage.cache_write_1h_tokens,
    usage.cache_write_tokens,
    usage.input_audio_tokens,
    usage.output_tokens,
    usage.output_audio_tokens,
    usage.web_search_calls,
    priced.input_uncached_cost,
    priced.cache_read_cost,
    priced.cache_write_5m_cost,
    priced.cache_write_1h_cost,
    priced.cache_write_cost,
    priced.input_audio_cost,
    priced.output_cost,
    priced.output_audio_cost,
    priced.web_search_cost,
    priced.list_cost,
    priced.list_cost AS price_cost,
    'list' AS price_basis
FROM usage_attributed AS attributed
INNER JOIN token_usage AS usage
    ON usage.file_id = attributed.file_id AND usage.row_number = attributed.row_number
LEFT JOIN priced_usage AS priced
    ON priced.month = attributed.month
    AND priced.file_id = attributed.file_id
    AND priced.row_number = attributed.row_number
WHERE attributed.month >= $first AND attributed.month <= $month AND usage.status <> 'cache_hit'
