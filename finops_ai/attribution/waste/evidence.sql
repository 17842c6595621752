-- The calls behind one detector's findings, the dearest first: at most $limit of each finding. Money in `currency`.
SELECT detector, workflow, subject_kind, subject, usage_id, at_utc, model, currency, cost, counted_cost
FROM waste_counted
WHERE call_id IS NOT NULL
    AND ($workflow IS NULL OR workflow = $workflow)
    AND ($detector IS NULL OR detector = $detector)
QUALIFY row_number() OVER (
    PARTITION BY detector, workflow, subject_kind, subject, currency ORDER BY cost DESC, at_utc, usage_id
) <= $limit
ORDER BY rank, workflow, subject_kind, subject, currency, cost DESC, at_utc, usage_id
