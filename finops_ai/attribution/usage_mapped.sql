-- Temporary: one row per usage row of the month with the workflow of its first matching rule, else the
-- registered workflow that its own log names (rule_ordinal NULL).
CREATE OR REPLACE TEMP TABLE usage_mapped AS
SELECT
    matched.file_id,
    matched.row_number,
    coalesce(rule_workflow.workflow, registered_workflow.name) AS workflow,
    matched.rule_ordinal
FROM token_usage_rule AS matched
LEFT JOIN rule_workflow ON rule_workflow.rule_ordinal = matched.rule_ordinal
LEFT JOIN registered_workflow ON registered_workflow.name = matched.workflow_hint
