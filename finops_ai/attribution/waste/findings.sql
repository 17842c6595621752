-- One row per detector, workflow, subject and currency, the most money first. cost: at stake in the month, NULL when
-- none of its calls has a price; counted_cost: the part of it that no earlier detector claims.
SELECT
    detector,
    workflow,
    subject_kind,
    subject,
    currency,
    count(call_id) AS calls,
    min(at_utc) AS first_at_utc,
    max(at_utc) AS last_at_utc,
    CASE WHEN bool_or(is_priced) THEN sum(cost) END::DECIMAL(38,15) AS cost,
    CASE WHEN bool_or(is_priced) THEN sum(counted_cost) END::DECIMAL(38,15) AS counted_cost,
    count(*) FILTER (NOT is_priced) AS unpriced_calls,
    CASE WHEN bool_and(call_id IS NULL) THEN 'billed' WHEN bool_and(is_billed) THEN 'estimated, as billed' ELSE 'estimated, as priced' END AS label,
    CASE max(CASE confidence WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END)
        WHEN 1 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low'
    END AS confidence
FROM waste_counted
WHERE ($workflow IS NULL OR workflow = $workflow) AND ($detector IS NULL OR detector = $detector)
GROUP BY detector, rank, workflow, subject_kind, subject, currency
ORDER BY cost DESC NULLS LAST, rank, workflow, subject_kind, subject, currency
