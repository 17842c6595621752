-- Temporary: one row per price row that the month's calls were priced with: the list prices that stand beside it, in
-- `currency` per token, as long as it held. base: of short prompts; batch: of the batch tier. NULL: there is none.
CREATE OR REPLACE TEMP TABLE waste_rate AS
WITH anchor AS (
    SELECT DISTINCT coalesce(input_uncached_price_id, output_price_id, cache_read_price_id) AS price_id
    FROM priced_usage
    WHERE month = $month
),

priced AS (
    SELECT
        price.price_id,
        price.min_prompt_tokens,
        other.meter,
        other.service_tier = price.service_tier AS is_same_tier,
        other.min_prompt_tokens = price.min_prompt_tokens AS is_same_band,
        other.min_prompt_tokens = 0 AS is_base,
        other.unit_price,
        other.valid_from_utc
    FROM anchor
    INNER JOIN price_now AS price USING (price_id)
    INNER JOIN price_now AS other
        ON other.provider = price.provider
        AND other.model_id = price.model_id
        AND other.currency = price.currency
        AND coalesce(other.endpoint_scope, 'global') = coalesce(price.endpoint_scope, 'global')
        AND other.hours_utc IS NOT DISTINCT FROM price.hours_utc
        AND other.service_tier IN (price.service_tier, 'batch')
        AND other.valid_from_utc < least($month_end_utc, coalesce(price.valid_to_utc, $month_end_utc))
        AND coalesce(other.valid_to_utc, $month_end_utc) > greatest($month_start_utc, price.valid_from_utc)
)

SELECT
    price_id,
    min_prompt_tokens > 0 AS is_long,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_same_band AND meter = 'input_uncached') AS input_price,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_same_band AND meter = 'cache_read') AS cache_read_price,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_same_band AND meter = 'output') AS output_price,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_base AND meter = 'input_uncached') AS base_input_price,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_base AND meter = 'cache_read') AS base_cache_read_price,
    max_by(unit_price, valid_from_utc) FILTER (is_same_tier AND is_base AND meter = 'output') AS base_output_price,
    max_by(unit_price, valid_from_utc) FILTER (NOT is_same_tier AND is_same_band AND meter = 'input_uncached') AS batch_input_price,
    max_by(unit_price, valid_from_utc) FILTER (NOT is_same_tier AND is_same_band AND meter = 'cache_read') AS batch_cache_read_price,
    max_by(unit_price, valid_from_utc) FILTER (NOT is_same_tier AND is_same_band AND meter = 'output') AS batch_output_price
FROM priced
GROUP BY ALL
