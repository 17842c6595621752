-- One row per outcome kind resolved in $month: how many may still change after the month's end.
SELECT
    kind,
    count(*) AS outcomes,
    count(*) FILTER (WHERE final_after_utc > $end_utc) AS still_open,
    max(final_after_utc) FILTER (WHERE final_after_utc > $end_utc) AS last_final_after_utc,
    count(*) FILTER (WHERE reopened_at_utc IS NOT NULL) AS reopened
FROM outcome
WHERE resolved_at_utc >= $start_utc AND resolved_at_utc < $end_utc
GROUP BY kind
ORDER BY kind
