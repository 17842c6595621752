-- What stays in force of a delivery after a part of it was replaced; a row of nothing goes.
UPDATE delivery
SET charge_rows = rest.charge_rows, billed_cost = rest.billed_cost
FROM (
    SELECT
        held.billing_currency,
        count(charge.file_id) AS charge_rows,
        coalesce(sum(charge.billed_cost), 0) AS billed_cost
    FROM delivery AS held
    LEFT JOIN charge
        ON held.file_id = charge.file_id
        AND held.billing_account_id = charge.billing_account_id
        AND held.billing_currency = charge.billing_currency
        AND held.month = CAST(date_trunc('month', charge.billing_period_start_utc) AS DATE)
    WHERE held.file_id = $old
        AND held.billing_account_id = $account
        AND held.month = $month
        AND held.superseded_by_file_id IS NULL
    GROUP BY held.billing_currency
) AS rest
WHERE delivery.file_id = $old
    AND delivery.billing_account_id = $account
    AND delivery.month = $month
    AND delivery.superseded_by_file_id IS NULL
    AND delivery.billing_currency = rest.billing_currency
    AND $new IS NOT NULL
