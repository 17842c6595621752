-- One row per attributed month with charges in other currencies whose rates, by the hash of every currency, day
-- and rate, are not those that it was converted with. A closed month that was converted stays as it is.
WITH now AS (
    SELECT
        month,
        md5(string_agg(concat_ws('|', currency, day, rate, rate_day, rate_source, rate_way, missing), ';' ORDER BY currency, day))
            AS rates_hash
    FROM fx_found
    GROUP BY month
)

SELECT now.month
FROM now
LEFT JOIN month_converted
    ON month_converted.month = now.month AND month_converted.reporting_currency = $reporting
LEFT JOIN period ON period.month = now.month
WHERE month_converted.rates_hash IS DISTINCT FROM now.rates_hash
    AND (month_converted.rates_hash IS NULL OR period.state IS DISTINCT FROM 'closed')
ORDER BY now.month
