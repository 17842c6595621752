-- Temporary: one row per charge of the month with the workflow of its first matching rule and its first
-- matching pool.
CREATE OR REPLACE TEMP TABLE charge_mapped AS
SELECT
    matched.file_id,
    matched.row_number,
    rule_workflow.workflow,
    matched.rule_ordinal,
    pool_setting.pool
FROM charge_rule AS matched
LEFT JOIN rule_workflow ON rule_workflow.rule_ordinal = matched.rule_ordinal
LEFT JOIN pool_setting ON pool_setting.pool_ordinal = matched.pool_ordinal
