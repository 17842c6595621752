-- What a forecast reads of the bill, and the forecasts kept to be graded later.

-- One row per charge: the part it plays in a run rate, and the days (inclusive) that it pays for.
-- Parts: basis (what recurs), credit, tax, one_time, refund. Costs are in billing_currency.
CREATE VIEW budget_charge AS
SELECT
    charge_id,
    date_trunc('month', billing_period_start_utc)::DATE AS month,
    provider,
    billing_account_id,
    billing_currency,
    CASE
        WHEN charge_category = 'Credit' THEN 'credit'
        WHEN charge_category = 'Tax' THEN 'tax'
        WHEN lower(charge_frequency) = 'one-time' THEN 'one_time'
        WHEN billed_cost < 0 AND (charge_category = 'Adjustment' OR charge_class = 'Correction') THEN 'refund'
        ELSE 'basis'
    END AS part,
    charge_period_start_utc::DATE AS first_day,
    greatest(charge_period_start_utc, charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE AS last_day,
    charge_period_end_utc - charge_period_start_utc <= INTERVAL 25 HOUR AS is_daily,
    billed_cost
FROM charge;

-- One row per stored forecast. inputs_hash: SHA-256 of everything that the numbers follow from.
CREATE TABLE forecast_run (
    run_id VARCHAR NOT NULL,
    made_for_month DATE NOT NULL,
    months BIGINT NOT NULL,
    run_rate_basis VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    inputs_hash VARCHAR NOT NULL,
    created_batch BIGINT NOT NULL,
    made_at_utc TIMESTAMP,
    payload VARCHAR NOT NULL
);

-- One row per stored forecast, line, scenario, level and month. scope: total, workflow or
-- not_attributed; workflow is NULL unless scope is workflow. budget is in the run's currency.
CREATE TABLE forecast_point (
    run_id VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    workflow VARCHAR,
    scenario VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    month DATE NOT NULL,
    budget DECIMAL(38,15) NOT NULL
);
