-- What a run rate rests on, now at effective cost; and alerts of budgets, each noted once in its period.

-- One row per charge: the part it plays in a run rate, and the days (inclusive) that it pays for.
-- Parts: basis (what recurs), credit, tax, one_time, refund. Costs are in billing_currency; effective_cost is what
-- the bill states (prepaid commitments spread over their use), else billed_cost. read_at_utc: when its file came.
CREATE OR REPLACE VIEW budget_charge AS
SELECT
    charge.charge_id,
    date_trunc('month', charge.billing_period_start_utc)::DATE AS month,
    charge.provider,
    charge.billing_account_id,
    charge.billing_currency,
    CASE
        WHEN charge.charge_category = 'Credit' THEN 'credit'
        WHEN charge.charge_category = 'Tax' THEN 'tax'
        WHEN lower(charge.charge_frequency) = 'one-time' THEN 'one_time'
        WHEN
            charge.billed_cost < 0
            AND (charge.charge_category = 'Adjustment' OR charge.charge_class = 'Correction') THEN 'refund'
        ELSE 'basis'
    END AS part,
    charge.charge_period_start_utc::DATE AS first_day,
    greatest(charge.charge_period_start_utc, charge.charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE AS last_day,
    charge.charge_period_end_utc - charge.charge_period_start_utc <= INTERVAL 25 HOUR AS is_daily,
    charge.billed_cost,
    coalesce(charge.effective_cost, charge.billed_cost) AS effective_cost,
    imported_file.imported_at_utc AS read_at_utc
FROM charge
LEFT JOIN imported_file ON imported_file.file_id = charge.file_id;

-- One row per alert that `finops-ai budget check` has raised. measure: cost (amount and limit_amount in
-- `currency`) or tokens (currency NULL). basis: actual or forecast. level: warn, degrade or stop, at `percent`
-- of the limit, reached on `on_day` for the first time in the period (both days inclusive). An alert is the
-- same one as long as budget, period, measure, basis, percent and limit are; it is never raised again then.
CREATE TABLE budget_alert (
    budget VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    subject VARCHAR,
    measure VARCHAR NOT NULL,
    period_first_day DATE NOT NULL,
    period_last_day DATE NOT NULL,
    basis VARCHAR NOT NULL,
    level VARCHAR NOT NULL,
    percent DECIMAL(18,9) NOT NULL,
    on_day DATE NOT NULL,
    amount DECIMAL(38,15) NOT NULL,
    limit_amount DECIMAL(38,15) NOT NULL,
    currency VARCHAR,
    recorded_batch BIGINT NOT NULL,
    recorded_at_utc TIMESTAMP NOT NULL
);
