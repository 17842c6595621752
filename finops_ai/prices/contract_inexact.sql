-- The list prices that a multiplier cannot be folded into without a loss: the product has more than 15 decimals
-- per unit, or is 1,000 or more.
WITH listed AS (
    SELECT
        s.contract_name,
        r.model_name,
        s.multiplier,
        unnest([
            {'meter': 'input_uncached', 'unit_price': r.input_uncached_unit_price},
            {'meter': 'cache_read', 'unit_price': r.cache_read_unit_price},
            {'meter': 'cache_write_5m', 'unit_price': r.cache_write_5m_unit_price},
            {'meter': 'cache_write_1h', 'unit_price': r.cache_write_1h_unit_price},
            {'meter': 'cache_write', 'unit_price': r.cache_write_unit_price},
            {'meter': 'input_audio', 'unit_price': r.input_audio_unit_price},
            {'meter': 'output', 'unit_price': r.output_unit_price},
            {'meter': 'output_audio', 'unit_price': r.output_audio_unit_price},
            {'meter': 'web_search', 'unit_price': r.web_search_unit_price}
        ], recursive := true)
    FROM contract_span AS s
    JOIN rate_card AS r
        ON r.provider = s.provider
        AND r.model_name = s.model_name
        AND r.service_tier = s.service_tier
        AND r.from_utc < s.to_utc
        AND r.to_utc > s.from_utc
    WHERE s.multiplier IS NOT NULL
)

SELECT contract_name, model_name, meter, unit_price
FROM listed
WHERE unit_price IS NOT NULL
    AND unit_price * multiplier IS DISTINCT FROM try_cast(unit_price * multiplier AS DECIMAL(18,15))
ORDER BY ALL
LIMIT 1
