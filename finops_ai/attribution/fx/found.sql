-- Temporary: one row per month, currency and day with the rate to $reporting, or why there is none. A rate
-- through $through is the product of two, as old as the older of them.
CREATE OR REPLACE TEMP TABLE fx_found AS
WITH joined AS (
    SELECT
        fx_needed.month,
        fx_needed.currency,
        fx_needed.day,
        straight.is_usable AS is_straight,
        coalesce(first_leg.is_usable AND last_leg.is_usable, false) AS is_through,
        straight.rate AS straight_rate,
        straight.rate_day AS straight_day,
        straight.source AS straight_source,
        straight.way AS straight_way,
        straight.max_age_days,
        nullif(fx_product(first_leg.rate, last_leg.rate), 0) AS through_rate,
        least(first_leg.rate_day, last_leg.rate_day) AS through_day,
        concat_ws(', ', first_leg.source, CASE WHEN last_leg.source <> first_leg.source THEN last_leg.source END)
            AS through_source
    FROM fx_needed
    INNER JOIN fx_leg AS straight
        ON straight.from_currency = fx_needed.currency
        AND straight.to_currency = $reporting
        AND straight.day = fx_needed.day
    LEFT JOIN fx_leg AS first_leg
        ON first_leg.from_currency = fx_needed.currency
        AND first_leg.to_currency = $through
        AND first_leg.day = fx_needed.day
    LEFT JOIN fx_leg AS last_leg
        ON last_leg.from_currency = $through
        AND last_leg.to_currency = $reporting
        AND last_leg.day = fx_needed.day
),

chosen AS (
    SELECT
        *,
        CASE WHEN is_straight THEN straight_rate WHEN is_through THEN through_rate END AS rate
    FROM joined
)

SELECT
    month,
    currency,
    day,
    rate,
    CASE WHEN rate IS NOT NULL THEN CASE WHEN is_straight THEN straight_day ELSE through_day END END AS rate_day,
    CASE
        WHEN rate IS NOT NULL THEN nullif(CASE WHEN is_straight THEN straight_source ELSE through_source END, '')
    END AS rate_source,
    CASE WHEN rate IS NOT NULL THEN CASE WHEN is_straight THEN straight_way ELSE 'through ' || $through END END
        AS rate_way,
    CASE
        WHEN rate IS NOT NULL THEN NULL
        WHEN straight_day IS NOT NULL AND NOT is_straight
            THEN 'the newest rate ' || currency || ' to ' || $reporting || ', of ' || straight_day
            || ', is older than ' || max_age_days || ' days'
        WHEN is_straight OR is_through THEN 'the rate ' || currency || ' to ' || $reporting || ' is below 15 decimals'
        ELSE 'no rate ' || currency || ' to ' || $reporting || ' on or before the day of the charge'
    END AS missing
FROM chosen
