-- How the outcomes resolved in $month are counted: table outcome_counted.
INSERT INTO outcome_counted
SELECT
    $month,
    o.kind,
    o.outcome_id,
    o.status = 'success' AND o.reopened_at_utc IS NULL
FROM outcome AS o
SEMI JOIN outcome_setting ON outcome_setting.kind = o.kind
WHERE o.resolved_at_utc >= $start_utc AND o.resolved_at_utc < $end_utc
ORDER BY o.kind, o.outcome_id
