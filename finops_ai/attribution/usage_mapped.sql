-- Temporary: one row per usage row of the month with the workflow of its first matching rule, else the
-- registered workflow that its own log names (rule_ordinal NULL).
CREATE OR REPLACE TEMP TABLE usage_mapped AS
SELECT
    u.file_id,
    u.row_number,
    coalesce(rule_workflow.workflow, registered_workflow.name) AS workflow,
    matched.rule_ordinal
FROM token_usage AS u
INNER JOIN token_usage_rule AS matched ON matched.file_id = u.file_id AND matched.row_number = u.row_number
LEFT JOIN rule_workflow ON rule_workflow.rule_ordinal = matched.rule_ordinal
LEFT JOIN registered_workflow ON registered_workflow.name = u.workflow_hint
WHERE u.at_utc >= $start_utc AND u.at_utc < $end_utc
