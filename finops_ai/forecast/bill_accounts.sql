-- One row per month, provider and billing account with recurring charges in $currency.
-- last_daily_day: last day (inclusive) paid for by lines of a day or less; NULL when there are none.
-- weekdays: those of the daily lines, 1 Monday to 7 Sunday, in no order.
SELECT
    month,
    provider,
    billing_account_id,
    min(first_day) AS first_day,
    max(last_day) AS last_day,
    max(last_day) FILTER (WHERE is_daily) AS last_daily_day,
    list(DISTINCT isodow(last_day)) FILTER (WHERE is_daily) AS weekdays
FROM budget_charge
WHERE billing_currency = $currency AND part = 'basis' AND month <= $last_month
GROUP BY ALL
ORDER BY ALL
