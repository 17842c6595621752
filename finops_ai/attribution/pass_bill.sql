-- Temporary: the open token cells that take part in one pass, under the key of the dimensions it keeps: one
-- text, which joins many times faster than a list. In one pass each part of it is NULL in all rows or in none.
CREATE OR REPLACE TEMP TABLE pass_bill AS
SELECT
    cell_id,
    billing_currency,
    amount,
    quantity,
    provider,
    concat_ws(
        chr(31),
        provider,
        CASE WHEN $project = 'both' THEN project_id END,
        CASE WHEN $model = 'both' THEN match_model END,
        CASE WHEN $has_day THEN day::VARCHAR END,
        CASE
            WHEN $has_kind AND starts_with(token_kind, 'cache_write') AND provider IN (FROM unstated_write)
                THEN 'cache_write'
            WHEN $has_kind THEN token_kind
        END,
        CASE WHEN $has_tier THEN service_tier END
    ) AS key
FROM bill_open
WHERE is_open
    AND ($project = 'bill_lacks') = (project_id IS NULL)
    AND ($model = 'bill_lacks') = (match_model IS NULL)
    AND ($model <> 'usage_lacks' OR model_id IS NOT NULL)
    AND $has_day = (day IS NOT NULL)
    AND $has_kind = (token_kind IS NOT NULL)
    AND (NOT $has_tier OR service_tier IS NOT NULL)
