-- One row per month in which anything was billed, logged or resolved.
SELECT date_trunc('month', billing_period_start_utc)::DATE AS month FROM charge
UNION
SELECT date_trunc('month', at_utc)::DATE FROM token_usage
UNION
SELECT date_trunc('month', resolved_at_utc)::DATE FROM outcome
ORDER BY month
