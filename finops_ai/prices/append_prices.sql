-- Appends the catalogue's price rows that differ from what is in force: a new row, or a known row whose
-- end or kind changed. unit_price in `currency` per token or call. Returns the number of rows added.
INSERT INTO price (
    price_id, provider, model_id, meter, endpoint_scope, service_tier, min_prompt_tokens, hours_utc,
    unit_price, currency, valid_from_utc, valid_to_utc, kind, source_url, checked_on, recorded_at_utc
)
WITH catalogue AS (
    SELECT
        unnest($price_id::VARCHAR[]) AS price_id,
        unnest($provider::VARCHAR[]) AS provider,
        unnest($model_id::VARCHAR[]) AS model_id,
        unnest($meter::VARCHAR[]) AS meter,
        unnest($endpoint_scope::VARCHAR[]) AS endpoint_scope,
        unnest($service_tier::VARCHAR[]) AS service_tier,
        unnest($min_prompt_tokens::BIGINT[]) AS min_prompt_tokens,
        unnest($hours_utc::VARCHAR[]) AS hours_utc,
        unnest($unit_price::VARCHAR[])::DECIMAL(18,15) AS unit_price,
        unnest($currency::VARCHAR[]) AS currency,
        unnest($valid_from_utc::TIMESTAMP[]) AS valid_from_utc,
        unnest($valid_to_utc::TIMESTAMP[]) AS valid_to_utc,
        unnest($kind::VARCHAR[]) AS kind,
        unnest($source_url::VARCHAR[]) AS source_url,
        unnest($checked_on::DATE[]) AS checked_on
)
SELECT c.*, $recorded_at_utc::TIMESTAMP
FROM catalogue AS c
WHERE NOT EXISTS (
    SELECT 1
    FROM price_now AS p
    WHERE p.price_id = c.price_id
        AND p.valid_to_utc IS NOT DISTINCT FROM c.valid_to_utc
        AND p.kind = c.kind
)
