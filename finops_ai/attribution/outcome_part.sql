-- Temporary: one row per outcome kind, workflow and currency of $month: outcomes counted, costs before the
-- workflow's unlinked and shared cost is divided between its kinds. open_cost is billed usage that could be its.
-- Where several workflows have a kind, an outcome that names one of them counts there alone.
CREATE OR REPLACE TEMP TABLE outcome_part AS
WITH counted AS (
    SELECT
        setting.setting_id,
        count(*) AS attempts,
        count(*) FILTER (WHERE o.status = 'success' AND o.reopened_at_utc IS NULL) AS successes
    FROM outcome AS o
    INNER JOIN outcome_setting AS setting ON setting.kind = o.kind
    LEFT JOIN outcome_setting AS stated ON stated.kind = o.kind AND stated.workflow = o.workflow_hint
    WHERE o.resolved_at_utc >= $start_utc
        AND o.resolved_at_utc < $end_utc
        AND (stated.setting_id IS NULL OR stated.setting_id = setting.setting_id)
    GROUP BY setting.setting_id
),

spent AS (
    SELECT
        allocation_row.workflow,
        cell.billing_currency,
        allocation_row.outcome_kind,
        sum(cost) FILTER (WHERE kind = 'direct')::DECIMAL(38,15) AS direct_cost,
        sum(cost) FILTER (WHERE kind = 'pool_share')::DECIMAL(38,15) AS shared_cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.month = $month AND allocation_row.workflow IS NOT NULL
    GROUP BY allocation_row.workflow, cell.billing_currency, allocation_row.outcome_kind
),

open_cost AS (
    SELECT cell.billing_currency, sum(cost)::DECIMAL(38,15) AS gap_cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.month = $month AND cause IN ('unlogged_usage', 'unmapped_usage')
    GROUP BY cell.billing_currency
),

placed AS (
    SELECT DISTINCT
        outcome_setting.*,
        coalesce(spent.billing_currency, $currency) AS billing_currency
    FROM outcome_setting
    LEFT JOIN spent ON spent.workflow = outcome_setting.workflow
)

SELECT
    placed.*,
    dense_rank() OVER (ORDER BY placed.billing_currency) AS currency_id,
    coalesce(counted.attempts, 0) AS attempts,
    coalesce(counted.successes, 0) AS successes,
    coalesce(linked.direct_cost, 0)::DECIMAL(38,15) AS linked_cost,
    coalesce(unlinked.direct_cost, 0)::DECIMAL(38,15) AS unlinked_cost,
    coalesce(unlinked.shared_cost, 0)::DECIMAL(38,15) AS shared_cost,
    coalesce(open_cost.gap_cost, 0)::DECIMAL(38,15) AS gap_cost
FROM placed
LEFT JOIN counted ON counted.setting_id = placed.setting_id
LEFT JOIN spent AS linked
    ON linked.workflow = placed.workflow
    AND linked.billing_currency = placed.billing_currency
    AND linked.outcome_kind = placed.kind
LEFT JOIN spent AS unlinked
    ON unlinked.workflow = placed.workflow
    AND unlinked.billing_currency = placed.billing_currency
    AND unlinked.outcome_kind IS NULL
LEFT JOIN open_cost ON open_cost.billing_currency = placed.billing_currency
