-- Temporary: one row per pair of currencies and day that a conversion may need, and the rate that holds: of the
-- rates on or before the day those young enough, direct ones before inverse ones, then the newest.
-- is_usable false: the newest rate is too old. rate NULL: there is none.
CREATE OR REPLACE TEMP TABLE fx_leg AS
WITH step AS (
    SELECT currency AS from_currency, $reporting AS to_currency, day
    FROM fx_needed
    UNION
    SELECT currency, $through, day
    FROM fx_needed
    WHERE currency <> $through AND $through <> $reporting
    UNION
    SELECT $through, $reporting, day
    FROM fx_needed
    WHERE currency <> $through AND $through <> $reporting
)

SELECT
    step.from_currency,
    step.to_currency,
    step.day,
    fx_quote.rate,
    fx_quote.rate_day,
    fx_quote.source,
    fx_quote.way,
    coalesce(fx_age.max_age_days, $max_age_days) AS max_age_days,
    coalesce(step.day - fx_quote.rate_day <= coalesce(fx_age.max_age_days, $max_age_days), false) AS is_usable
FROM step
LEFT JOIN fx_age ON fx_age.currency = step.from_currency
LEFT JOIN fx_quote
    ON fx_quote.from_currency = step.from_currency
    AND fx_quote.to_currency = step.to_currency
    AND fx_quote.rate_day <= step.day
QUALIFY row_number() OVER (
    PARTITION BY step.from_currency, step.to_currency, step.day
    ORDER BY is_usable DESC, fx_quote.preference, fx_quote.rate_day DESC
) = 1
