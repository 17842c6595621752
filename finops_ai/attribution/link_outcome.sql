-- The outcomes of each value of the pass: table link_outcome.
INSERT INTO link_outcome
SELECT
    v.value_id,
    CASE
        WHEN v.outcomes = 1 THEN 1
        ELSE row_number() OVER (PARTITION BY v.value_id ORDER BY o.resolved_at_utc, o.outcome_id)
    END,
    o.kind,
    o.outcome_id,
    o.resolved_at_utc
FROM link_named AS o
INNER JOIN link_value AS v ON v.step_id = o.step_id AND v.kind = o.kind AND v.value = o.value
