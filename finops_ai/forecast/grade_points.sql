-- One row per point of each stored forecast in $currency that names one of $months, of the last forecast stored for
-- each first month: its instant, and the budget of mid (Baseline: low, mid and high). Money in the forecast's currency.
WITH last_run AS (
    SELECT run_id, made_for_month, made_at_utc
    FROM forecast_run
    WHERE billing_currency = $currency
    QUALIFY row_number() OVER (
        PARTITION BY made_for_month
        ORDER BY made_at_utc DESC NULLS LAST, created_batch DESC, run_id
    ) = 1
)

SELECT
    last_run.made_for_month,
    last_run.made_at_utc,
    point.scope,
    point.workflow,
    point.scenario,
    point.level,
    point.month,
    point.budget
FROM forecast_point AS point
INNER JOIN last_run ON last_run.run_id = point.run_id
WHERE point.month IN (SELECT unnest($months::DATE []))
    AND (point.level = 'mid' OR point.scenario = $baseline)
ORDER BY last_run.made_for_month, point.month, point.scope, point.workflow, point.scenario, point.level
