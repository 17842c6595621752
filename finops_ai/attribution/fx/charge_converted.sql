-- Every charge of $month in another currency, with its amount in $reporting where a rate holds: table
-- charge_converted. The original stays as it is.
INSERT INTO charge_converted
SELECT
    $month,
    charge.charge_id,
    charge_cell.cell_id,
    charge.provider,
    fx_found.day,
    charge.billing_currency,
    charge.billed_cost,
    $reporting,
    fx_product(charge.billed_cost, fx_found.rate),
    fx_found.rate,
    fx_found.rate_day,
    fx_found.rate_source,
    fx_found.rate_way,
    fx_found.missing
FROM charge
INNER JOIN charge_cell ON charge_cell.month = $month AND charge_cell.charge_id = charge.charge_id
INNER JOIN fx_found
    ON fx_found.month = $month
    AND fx_found.currency = charge.billing_currency
    AND fx_found.day = charge.charge_period_start_utc::DATE
WHERE charge.billing_period_start_utc >= $start_utc AND charge.billing_period_start_utc < $end_utc
ORDER BY charge.charge_id
