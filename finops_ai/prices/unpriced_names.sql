-- One row per provider and name without model or list price, in usage and on bills. tokens: all tokens of
-- those calls, or those that the bill states. billed_cost in `currency`: what bills charge under the name;
-- NULL for usage, whose money is not known.
SELECT
    'usage' AS seen_in,
    u.provider,
    u.model_name,
    p.model_id,
    string_agg(DISTINCT u.service_tier, ', ' ORDER BY u.service_tier) AS service_tiers,
    p.pricing_status AS reason,
    sum(u.calls)::BIGINT AS calls,
    sum(
        u.input_uncached_tokens
        + u.cache_read_tokens
        + u.cache_write_5m_tokens
        + u.cache_write_1h_tokens
        + u.cache_write_tokens
        + u.input_audio_tokens
        + u.output_tokens
        + u.output_audio_tokens
    )::BIGINT AS tokens,
    NULL::DECIMAL(38,15) AS billed_cost,
    NULL::VARCHAR AS currency
FROM priced_usage AS p
JOIN token_usage AS u USING (file_id, row_number)
WHERE p.list_cost IS NULL AND p.contract_cost IS NULL
GROUP BY u.provider, u.model_name, p.model_id, reason
UNION ALL
SELECT
    'bill',
    provider,
    model_name,
    NULL,
    NULL,
    'unknown_model',
    count(*),
    sum(CASE WHEN consumed_unit = 'Tokens' THEN consumed_quantity END)::BIGINT,
    sum(billed_cost)::DECIMAL(38,15),
    billing_currency
FROM charge
WHERE model_name IS NOT NULL AND model_id IS NULL AND token_kind IS NOT NULL
GROUP BY provider, model_name, billing_currency
ORDER BY ALL
