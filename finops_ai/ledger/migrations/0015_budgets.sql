-- Alerts of budgets, each noted once in its period.

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
