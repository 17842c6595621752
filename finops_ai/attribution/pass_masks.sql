-- One row per combination of what the token cells and the usage of one provider know: the passes that can
-- match anything. An unresolved model name in a log may be any model; on a bill it is a name of its own.
-- Where a bill tells tiers apart, what equal tiers leave open is compared without them: few logs state theirs.
WITH bill AS (
    SELECT DISTINCT
        provider,
        project_id IS NOT NULL AS has_project,
        match_model IS NOT NULL AS has_model,
        day IS NOT NULL AS has_day,
        token_kind IS NOT NULL AS has_kind,
        service_tier IS NOT NULL AS has_tier
    FROM bill_open
),

usage AS (
    SELECT DISTINCT
        provider,
        project_id IS NOT NULL AND provider IN (FROM shared_project) AS has_project,
        model_id IS NOT NULL AS has_model,
        match_model IS NOT NULL AS has_name
    FROM usage_open
)

SELECT DISTINCT
    CASE
        WHEN NOT bill.has_project THEN 'bill_lacks'
        WHEN usage.has_project THEN 'both'
        ELSE 'usage_lacks'
    END AS project,
    unnest(
        CASE
            WHEN NOT bill.has_model THEN ['bill_lacks']
            WHEN usage.has_model THEN ['both']
            WHEN usage.has_name THEN ['both', 'usage_lacks']
            ELSE ['usage_lacks']
        END
    ) AS model,
    bill.has_day,
    bill.has_kind,
    tier.has_tier
FROM bill
INNER JOIN usage ON usage.provider = bill.provider
INNER JOIN (VALUES (true), (false)) AS tier (has_tier) ON bill.has_tier OR NOT tier.has_tier
ORDER BY ALL
