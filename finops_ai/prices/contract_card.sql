-- One row per contract span (provider, model, project, tier, time) and row of the rate card that it meets: the
-- unit price of every meter under the contract, in `currency` per token or call, NULL without one. Where nothing is
-- listed, agreed prices stand alone.
CREATE OR REPLACE TEMP TABLE contract_card AS
SELECT
    s.provider,
    s.model_name,
    s.model_id,
    s.project_id,
    s.service_tier,
    r.endpoint_scope,
    greatest(s.from_utc, r.from_utc) AS from_utc,
    least(s.to_utc, r.to_utc) AS to_utc,
    r.minute_from,
    r.minute_to,
    r.min_prompt_tokens,
    r.below_prompt_tokens,
    s.contract_name,
    CASE WHEN s.multiplier IS NULL THEN s.currency ELSE r.currency END AS currency,
    contract_unit_price(s.multiplier, s.input_uncached_unit_price, s.currency = r.currency, r.input_uncached_unit_price)
        AS input_uncached_unit_price,
    contract_unit_price(s.multiplier, s.cache_read_unit_price, s.currency = r.currency, r.cache_read_unit_price)
        AS cache_read_unit_price,
    contract_unit_price(s.multiplier, s.cache_write_5m_unit_price, s.currency = r.currency, r.cache_write_5m_unit_price)
        AS cache_write_5m_unit_price,
    contract_unit_price(s.multiplier, s.cache_write_1h_unit_price, s.currency = r.currency, r.cache_write_1h_unit_price)
        AS cache_write_1h_unit_price,
    contract_unit_price(s.multiplier, s.cache_write_unit_price, s.currency = r.currency, r.cache_write_unit_price)
        AS cache_write_unit_price,
    contract_unit_price(s.multiplier, s.input_audio_unit_price, s.currency = r.currency, r.input_audio_unit_price)
        AS input_audio_unit_price,
    contract_unit_price(s.multiplier, s.output_unit_price, s.currency = r.currency, r.output_unit_price)
        AS output_unit_price,
    contract_unit_price(s.multiplier, s.output_audio_unit_price, s.currency = r.currency, r.output_audio_unit_price)
        AS output_audio_unit_price,
    contract_unit_price(s.multiplier, s.web_search_unit_price, s.currency = r.currency, r.web_search_unit_price)
        AS web_search_unit_price
FROM contract_span AS s
JOIN rate_card AS r
    ON r.provider = s.provider
    AND r.model_name = s.model_name
    AND r.service_tier = s.service_tier
    AND r.from_utc < s.to_utc
    AND r.to_utc > s.from_utc
UNION ALL
SELECT
    s.provider,
    s.model_name,
    s.model_id,
    s.project_id,
    s.service_tier,
    scope.endpoint_scope,
    s.from_utc,
    s.to_utc,
    0,
    10080,
    0,
    9223372036854775807,
    s.contract_name,
    s.currency,
    s.input_uncached_unit_price,
    s.cache_read_unit_price,
    s.cache_write_5m_unit_price,
    s.cache_write_1h_unit_price,
    s.cache_write_unit_price,
    s.input_audio_unit_price,
    s.output_unit_price,
    s.output_audio_unit_price,
    s.web_search_unit_price
FROM contract_span AS s
CROSS JOIN (SELECT unnest(['', 'global', 'regional', 'data_zone']) AS endpoint_scope) AS scope
WHERE s.multiplier IS NULL
    AND NOT EXISTS (
        SELECT 1
        FROM rate_card AS r
        WHERE r.provider = s.provider
            AND r.model_name = s.model_name
            AND r.service_tier = s.service_tier
            AND r.endpoint_scope = scope.endpoint_scope
    )
