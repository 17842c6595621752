-- The days of accrual_new times the measured rate of their model, else of their provider, else 1: table accrual.
-- A day that was booked before its account was known is not booked again.
INSERT INTO accrual
WITH rated AS (
    SELECT
        new.*,
        coalesce(model.rate, provider.rate, 1)::DECIMAL(18,9) AS rate,
        CASE
            WHEN model.rate IS NOT NULL OR provider.rate IS NOT NULL
                THEN CASE WHEN model.rate IS NULL THEN 'all models of ' || new.provider || ': ' ELSE '' END
                || CASE
                    WHEN coalesce(model.has_quantity, provider.has_quantity) THEN 'billed for the same tokens'
                    ELSE 'billed in all, the price at most,'
                END
                || ' from ' || coalesce(model.first_day, provider.first_day)
                || ' to ' || coalesce(model.last_day, provider.last_day)
            ELSE 'nothing measured'
        END AS rate_basis,
        coalesce(model.sample_cost, provider.sample_cost, 0)::DECIMAL(38,15) AS rate_sample_cost,
        coalesce(model.sample_days, provider.sample_days, 0) AS rate_sample_days
    FROM accrual_new AS new
    LEFT JOIN accrual_rate AS model
        ON model.provider = new.provider AND model.model_id = new.model_id AND model.currency = new.currency
    LEFT JOIN accrual_rate AS provider
        ON provider.provider = new.provider AND provider.model_id IS NULL AND provider.currency = new.currency
)

SELECT
    $month,
    day,
    provider,
    account,
    model_id,
    model_name,
    workflow,
    currency,
    pricing_status,
    calls,
    tokens,
    price_basis,
    price_cost,
    rate,
    rate_basis,
    rate_sample_cost,
    rate_sample_days,
    fx_product(price_cost, rate::DECIMAL(38,15)),
    $recorded_at_utc
FROM rated
ANTI JOIN accrual AS booked
    ON booked.month = $month
    AND booked.day = rated.day
    AND booked.provider = rated.provider
    AND booked.account IS NULL
    AND booked.model_id IS NOT DISTINCT FROM rated.model_id
    AND booked.model_name IS NOT DISTINCT FROM rated.model_name
    AND booked.workflow IS NOT DISTINCT FROM rated.workflow
ORDER BY provider, account, day, model_id, model_name, workflow, pricing_status, currency
