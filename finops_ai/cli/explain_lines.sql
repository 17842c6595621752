-- Temporary: one row per allocated piece that the asked figure of $month adds up, with the group of charges that it
-- comes from; cost in billing_currency. A filter that is NULL takes everything; '' as workflow: money without one.
CREATE OR REPLACE TEMP TABLE explained AS
SELECT
    row.month,
    row.cell_id,
    row.label,
    row.kind,
    row.workflow,
    row.team,
    row.pool,
    row.cause,
    row.detail,
    row.rule_ordinal,
    row.outcome_kind,
    row.outcome_id,
    row.tokens,
    row.cost,
    cell.nature,
    cell.provider,
    cell.billing_currency,
    cell.billed_cost,
    cell.charge_rows
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.month = $month
    AND ($workflow IS NULL OR coalesce(row.workflow, '') = $workflow)
    AND ($team IS NULL OR row.team = $team)
    AND ($cause IS NULL OR row.cause = $cause)
    AND ($pool IS NULL OR row.pool = $pool)
    AND ($outcome_kind IS NULL OR row.outcome_kind = $outcome_kind)
    AND ($outcome_id IS NULL OR row.outcome_id = $outcome_id)
    AND ($provider IS NULL OR cell.provider = $provider)
    AND ($model IS NULL OR $model IN (cell.model_id, cell.model_name))
    AND ($detail IS NULL OR row.detail = $detail)
    AND ($currency IS NULL OR cell.billing_currency = $currency)
    AND CASE $part
        WHEN 'direct' THEN row.kind = 'direct'
        WHEN 'shared' THEN row.kind = 'pool_share'
        WHEN 'gap' THEN row.kind = 'gap'
        WHEN 'placed' THEN row.workflow IS NOT NULL
        ELSE true
    END
