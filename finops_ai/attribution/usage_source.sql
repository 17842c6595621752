-- Temporary: one row per source_id of usage_signature: provider, project, model and tier of calls, and whether they were
-- sent. The number of a usage key is key_first + (day - $month) * key_per_day + (number of its kind, 0 to 8) * key_per_kind:
-- so keys are numbered in the order of provider, project, day, model, kind and tier, without being sorted.
CREATE OR REPLACE TEMP TABLE usage_source AS
WITH source AS (
    SELECT DISTINCT source_id, provider, project_id, match_model, model_id, service_tier, is_sent
    FROM usage_signature
),

placed AS (
    SELECT
        *,
        dense_rank() OVER (ORDER BY provider, project_id) AS place,
        dense_rank() OVER (ORDER BY match_model, model_id) AS model,
        dense_rank() OVER (ORDER BY service_tier) AS tier
    FROM source
),

stepped AS (
    SELECT
        *,
        max(tier) OVER () + 1 AS key_per_kind,
        9 * key_per_kind AS key_per_model,
        (max(model) OVER () + 1) * key_per_model AS key_per_day
    FROM placed
)

SELECT
    source_id,
    provider,
    project_id,
    match_model,
    model_id,
    service_tier,
    is_sent,
    place * 32 * key_per_day + model * key_per_model + tier AS key_first,
    key_per_day,
    key_per_kind
FROM stepped
