-- Temporary: the usage that no bill has explained yet and that takes part in one pass, under the same key.
-- Searches are no tokens: a bill line that names no kind does not cover them.
CREATE OR REPLACE TEMP TABLE pass_usage AS
SELECT
    key_id,
    match_model,
    token_kind,
    quantity,
    list_cost,
    list_currency,
    least_unit_cost,
    most_unit_cost,
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
FROM usage_open
WHERE quantity > 0
    AND ($project <> 'usage_lacks' OR project_id IS NULL OR provider NOT IN (FROM shared_project))
    AND ($project <> 'both' OR (project_id IS NOT NULL AND provider IN (FROM shared_project)))
    AND ($model <> 'usage_lacks' OR model_id IS NULL)
    AND ($model <> 'both' OR match_model IS NOT NULL)
    AND ($has_kind OR token_kind <> 'web_search')
