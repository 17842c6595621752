-- One row per source with rows in $month: the first and last UTC day that it covers there.
-- A charge that ends at midnight covers the day before that midnight.
WITH covered AS (
    SELECT
        'charge' AS feeds,
        source,
        greatest(charge_period_start_utc, $start_utc)::DATE AS first_day,
        (least(charge_period_end_utc, $end_utc) - INTERVAL 1 MICROSECOND)::DATE AS last_day
    FROM charge
    WHERE date_trunc('month', billing_period_start_utc)::DATE = $month
    UNION ALL
    SELECT 'token_usage', source, at_utc::DATE, at_utc::DATE
    FROM token_usage
    WHERE at_utc >= $start_utc AND at_utc < $end_utc
    UNION ALL
    SELECT 'outcome', source, resolved_at_utc::DATE, resolved_at_utc::DATE
    FROM outcome
    WHERE resolved_at_utc >= $start_utc AND resolved_at_utc < $end_utc
),

span AS (
    SELECT feeds, source, first_day, greatest(first_day, last_day) AS last_day, count(*) AS span_rows
    FROM covered
    GROUP BY ALL
),

day AS (
    SELECT feeds, source, count(DISTINCT covered_day) AS days_seen
    FROM (
        SELECT feeds, source, unnest(range(first_day, last_day + 1, INTERVAL 1 DAY)) AS covered_day
        FROM span
    )
    GROUP BY feeds, source
)

SELECT
    span.feeds,
    span.source,
    sum(span.span_rows)::BIGINT AS source_rows,
    min(span.first_day) AS first_day,
    max(span.last_day) AS last_day,
    any_value(day.days_seen) AS days_seen
FROM span
INNER JOIN day ON span.feeds = day.feeds AND span.source = day.source
GROUP BY span.feeds, span.source
ORDER BY span.feeds, span.source
