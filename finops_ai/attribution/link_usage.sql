-- One row per call that an outcome of $kind explains and no earlier link did: table usage_linked. The earliest
-- outcome resolved at or after the call, else the latest one: exactly one.
INSERT INTO usage_linked
WITH latest AS (
    SELECT value, arg_max(outcome_id, resolved_at_utc) AS outcome_id
    FROM link_outcome
    GROUP BY value
)

SELECT
    link_call.file_id,
    link_call.row_number,
    $kind,
    coalesce(upcoming.outcome_id, latest.outcome_id)
FROM link_call
INNER JOIN latest ON latest.value = link_call.value
ASOF LEFT JOIN link_outcome AS upcoming
    ON upcoming.value = link_call.value AND link_call.at_utc <= upcoming.resolved_at_utc
ANTI JOIN usage_linked AS known
    ON known.file_id = link_call.file_id AND known.row_number = link_call.row_number
