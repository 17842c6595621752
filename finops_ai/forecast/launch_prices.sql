-- One row per meter: the standard list price per token of $model at $provider (its id or a known name) on $day,
-- in `currency`, for prompts of any length and at any hour.
WITH meant AS (
    SELECT $model AS model_id
    UNION
    SELECT model_id FROM model_alias_now WHERE provider = $provider AND model_name = $model
)

SELECT
    price.meter,
    arg_max(price.unit_price, price.valid_from_utc) AS unit_price,
    arg_max(price.currency, price.valid_from_utc) AS currency
FROM price_now AS price
INNER JOIN meant ON meant.model_id = price.model_id
WHERE
    price.provider = $provider
    AND price.service_tier = 'standard'
    AND price.min_prompt_tokens = 0
    AND price.hours_utc IS NULL
    AND coalesce(price.endpoint_scope, 'global') = 'global'
    AND price.valid_from_utc <= $day
    AND (price.valid_to_utc IS NULL OR price.valid_to_utc > $day)
GROUP BY price.meter
ORDER BY price.meter
