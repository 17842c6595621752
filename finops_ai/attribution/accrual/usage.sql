-- Temporary: one row per day, provider, project, model, workflow and pricing status of the months from $first to $month:
-- the calls that count and were sent to a provider, with their price. price_cost is the only place that says at
-- which price usage is accrued: a contract rate where one holds, else list price. Rows with and without a price stand
-- apart (price_cost NULL: none).
CREATE OR REPLACE TEMP TABLE accrual_usage AS
SELECT
    attributed.month,
    usage.at_utc::DATE AS day,
    usage.provider,
    usage.project_id,
    usage.model_id,
    CASE WHEN usage.model_id IS NULL THEN usage.model_name END AS model_name,
    attributed.workflow,
    CASE WHEN priced.contract_cost IS NULL THEN priced.currency ELSE priced.contract_currency END AS currency,
    coalesce(priced.pricing_status, 'not_priced') AS pricing_status,
    CASE WHEN priced.contract_cost IS NULL THEN 'list' ELSE 'contract' END AS price_basis,
    coalesce(priced.contract_cost, priced.list_cost) IS NOT NULL AS has_price,
    sum(usage.calls)::BIGINT AS calls,
    sum(usage.input_uncached_tokens)::BIGINT AS input_uncached_tokens,
    sum(usage.cache_read_tokens)::BIGINT AS cache_read_tokens,
    sum(usage.cache_write_5m_tokens)::BIGINT AS cache_write_5m_tokens,
    sum(usage.cache_write_1h_tokens)::BIGINT AS cache_write_1h_tokens,
    sum(usage.cache_write_tokens)::BIGINT AS cache_write_tokens,
    sum(usage.input_audio_tokens)::BIGINT AS input_audio_tokens,
    sum(usage.output_tokens)::BIGINT AS output_tokens,
    sum(usage.output_audio_tokens)::BIGINT AS output_audio_tokens,
    sum(usage.web_search_calls)::BIGINT AS web_search_calls,
    sum(priced.input_uncached_cost)::DECIMAL(38,15) AS input_uncached_cost,
    sum(priced.cache_read_cost)::DECIMAL(38,15) AS cache_read_cost,
    sum(priced.cache_write_5m_cost)::DECIMAL(38,15) AS cache_write_5m_cost,
    sum(priced.cache_write_1h_cost)::DECIMAL(38,15) AS cache_write_1h_cost,
    sum(priced.cache_write_cost)::DECIMAL(38,15) AS cache_write_cost,
    sum(priced.input_audio_cost)::DECIMAL(38,15) AS input_audio_cost,
    sum(priced.output_cost)::DECIMAL(38,15) AS output_cost,
    sum(priced.output_audio_cost)::DECIMAL(38,15) AS output_audio_cost,
    sum(priced.web_search_cost)::DECIMAL(38,15) AS web_search_cost,
    sum(priced.list_cost)::DECIMAL(38,15) AS list_cost,
    sum(coalesce(priced.contract_cost, priced.list_cost))::DECIMAL(38,15) AS price_cost
FROM usage_attributed AS attributed
INNER JOIN token_usage AS usage
    ON usage.file_id = attributed.file_id AND usage.row_number = attributed.row_number
LEFT JOIN priced_usage AS priced
    ON priced.month = attributed.month
    AND priced.file_id = attributed.file_id
    AND priced.row_number = attributed.row_number
WHERE attributed.month >= $first AND attributed.month <= $month AND usage.status <> 'cache_hit'
GROUP BY ALL
