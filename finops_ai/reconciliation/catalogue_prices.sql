-- One row per list price of the models of the month's token lines and its days around: unit_price in `currency` per
-- token or call. What a line could have been billed at: other tiers, scopes, lifetimes and dates are in it.
SELECT DISTINCT
    r.provider,
    p.model_id,
    p.meter AS kind,
    p.service_tier AS tier,
    p.endpoint_scope AS scope,
    p.min_prompt_tokens,
    p.hours_utc,
    p.unit_price,
    p.currency,
    p.price_id,
    p.valid_from_utc,
    coalesce(p.valid_to_utc, TIMESTAMP '9999-12-31') AS valid_to_utc
FROM price_by_scope AS p
INNER JOIN model_resolution AS r ON r.price_provider = p.provider AND r.model_id = p.model_id
WHERE p.valid_from_utc < $end_utc + INTERVAL 400 DAY
    AND coalesce(p.valid_to_utc, TIMESTAMP '9999-12-31') > $start_utc - INTERVAL 400 DAY
    AND p.unit_price > 0
ORDER BY ALL
