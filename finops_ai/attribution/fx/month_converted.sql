-- The rates that $month was converted with: table month_converted.
INSERT INTO month_converted
SELECT
    month,
    $reporting,
    md5(string_agg(concat_ws('|', currency, day, rate, rate_day, rate_source, rate_way, missing), ';' ORDER BY currency, day))
FROM fx_found
WHERE month = $month
GROUP BY month
