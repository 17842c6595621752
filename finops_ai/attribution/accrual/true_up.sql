-- One row per provider, account, model, workflow and currency of $month that was accrued and has been billed since, or
-- billed for days that were accrued: true_up = billed - accrued. It is NULL where the bill of the provider is in another
-- currency. A bill without days is compared as a whole month. Where some day's account was not known, the
-- provider is compared as a whole (account NULL).
WITH booked AS (
    SELECT *
    FROM accrual_day
    WHERE month = $month AND is_billed
),

whole AS (
    SELECT provider, bool_or(account IS NULL) AS is_whole
    FROM booked
    GROUP BY provider
),

accrued AS (
    SELECT
        booked.provider,
        CASE WHEN NOT whole.is_whole THEN booked.account END AS account,
        coalesce(booked.model_id, booked.model_name) AS model,
        booked.workflow,
        booked.currency,
        sum(booked.accrued_cost)::DECIMAL(38,15) AS accrued_cost
    FROM booked
    INNER JOIN whole ON whole.provider = booked.provider
    WHERE booked.accrued_cost IS NOT NULL
    GROUP BY ALL
),

booked_day AS (
    SELECT DISTINCT provider, account, day
    FROM booked
),

billed AS (
    SELECT
        cell.provider,
        CASE WHEN NOT whole.is_whole THEN cell.billing_account_id END AS account,
        coalesce(cell.model_id, cell.model_name) AS model,
        row.workflow,
        cell.billing_currency AS currency,
        sum(row.cost)::DECIMAL(38,15) AS billed_cost
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    INNER JOIN whole ON whole.provider = cell.provider
    INNER JOIN bill_coverage
        ON bill_coverage.month = cell.month
        AND bill_coverage.provider = cell.provider
        AND bill_coverage.account = cell.billing_account_id
    WHERE row.month = $month
        AND cell.nature = 'token'
        AND EXISTS (
            SELECT 1
            FROM booked_day
            WHERE booked_day.provider = cell.provider
                AND (whole.is_whole OR booked_day.account = cell.billing_account_id)
                AND (booked_day.day = cell.day OR NOT bill_coverage.has_days)
        )
    GROUP BY ALL
),

joined AS (
    SELECT
        coalesce(accrued.provider, billed.provider) AS provider,
        coalesce(accrued.account, billed.account) AS account,
        coalesce(accrued.model, billed.model) AS model,
        coalesce(accrued.workflow, billed.workflow) AS workflow,
        coalesce(accrued.currency, billed.currency) AS currency,
        accrued.accrued_cost,
        billed.billed_cost
    FROM accrued
    FULL JOIN billed
        ON billed.provider = accrued.provider
        AND billed.account IS NOT DISTINCT FROM accrued.account
        AND billed.model IS NOT DISTINCT FROM accrued.model
        AND billed.workflow IS NOT DISTINCT FROM accrued.workflow
        AND billed.currency = accrued.currency
)

SELECT
    provider,
    account,
    model,
    workflow,
    currency,
    coalesce(accrued_cost, 0)::DECIMAL(38,15) AS accrued_cost,
    coalesce(billed_cost, 0)::DECIMAL(38,15) AS billed_cost,
    CASE
        WHEN count(DISTINCT currency) OVER (PARTITION BY provider) = 1
            THEN coalesce(billed_cost, 0) - coalesce(accrued_cost, 0)
    END::DECIMAL(38,15) AS true_up
FROM joined
ORDER BY provider, account, abs(coalesce(billed_cost, 0) - coalesce(accrued_cost, 0)) DESC, model, workflow, currency
