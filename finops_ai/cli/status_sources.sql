-- One row per importer: what its files brought, and how far they reach. Days are UTC.
SELECT
    importer,
    feeds,
    count(*) AS files,
    sum(rows_added)::BIGINT AS rows_added,
    sum(rows_repeated)::BIGINT AS rows_repeated,
    sum(rows_replaced)::BIGINT AS rows_replaced,
    sum(rows_rejected)::BIGINT AS rows_rejected,
    min(first_at_utc)::DATE AS first_day,
    max(last_at_utc)::DATE AS last_day,
    date_diff(
        'day',
        max(last_at_utc)::DATE,
        coalesce($as_of, (SELECT max(last_at_utc)::DATE FROM imported_file))
    ) AS age_days
FROM imported_file
GROUP BY importer, feeds
ORDER BY feeds, importer
