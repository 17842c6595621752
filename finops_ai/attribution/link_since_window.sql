-- The attributed months with hours in which outcomes of $kind take calls by window, where any of these outcomes
-- arrived later than the month was attributed.
SELECT DISTINCT a.month
FROM outcome AS o
INNER JOIN month_attributed AS a
    ON o.file_id > a.outcome_file_id
    AND a.month >= date_trunc('month', o.resolved_at_utc - to_hours($hours::INTEGER))::DATE
    AND a.month <= o.resolved_at_utc::DATE
WHERE o.kind = $kind
