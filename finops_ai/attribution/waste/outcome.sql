-- Temporary: one row per outcome up to the end of the month, with the workflow that finops.yaml says its kind is of.
CREATE OR REPLACE TEMP TABLE waste_outcome AS
WITH setting AS (
    SELECT unnest($kinds::VARCHAR[]) AS kind, unnest($workflows::VARCHAR[]) AS workflow
)

SELECT setting.workflow, outcome.outcome_id, min(outcome.resolved_at_utc) AS resolved_at_utc
FROM outcome
INNER JOIN setting USING (kind)
WHERE outcome.resolved_at_utc < $month_end_utc
    AND (
        outcome.workflow_hint IS NULL
        OR outcome.workflow_hint = setting.workflow
        OR outcome.workflow_hint NOT IN (SELECT setting.workflow FROM setting)
    )
GROUP BY setting.workflow, outcome.outcome_id
