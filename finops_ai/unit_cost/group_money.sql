-- Temporary: one row per usage group, workflow and outcome of $month with its billed money: logged (a log explains
-- it, workflow NULL where no rule maps the log) or missing (no log does; workflow where a rule names the owner
-- of the charge). What is billed in a name or currency that cannot be compared is neither.
CREATE OR REPLACE TEMP TABLE group_money AS
SELECT
    usage_group.group_id,
    placed.workflow,
    placed.outcome_kind,
    placed.outcome_id,
    coalesce(sum(cost) FILTER (WHERE placed.label = 'allocated' OR placed.cause = 'unmapped_usage'), 0)
    ::DECIMAL(38,15) AS logged,
    coalesce(
        sum(cost) FILTER (WHERE placed.label = 'billed' AND placed.cause IS DISTINCT FROM 'unmapped_usage'), 0
    )::DECIMAL(38,15) AS missing
FROM allocation_row AS placed
INNER JOIN usage_group ON usage_group.cell_id = placed.cell_id
WHERE placed.month = $month
    AND (placed.cause IS NULL OR placed.cause IN ('unmapped_usage', 'unlogged_usage'))
GROUP BY ALL
