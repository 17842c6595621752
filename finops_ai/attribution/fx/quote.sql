-- Temporary: one row per rate that may be used, as 1 from_currency = rate to_currency: those of the file, and
-- where finops.yaml says so ($inverse) what they say the other way round.
CREATE OR REPLACE TEMP TABLE fx_quote AS
SELECT from_currency, to_currency, rate_day, rate, source, 'direct' AS way, 1 AS preference
FROM fx_rate
UNION ALL
SELECT to_currency, from_currency, rate_day, nullif(fx_inverse(rate), 0), source, 'inverse', 2
FROM fx_rate
WHERE $inverse
