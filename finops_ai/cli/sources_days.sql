-- One row per source, name (provider, or kind of an outcome), account and month: the UTC days that it covers,
-- whether each of its lines has an invoice, and when a file last brought some. Where a source has lines of
-- single days, longer ones (a monthly fee) do not count as days: they would hide the missing ones.
WITH line AS (
    SELECT
        'bills' AS feeds,
        source,
        provider AS name,
        billing_account_id AS account,
        charge_period_start_utc::DATE AS first_day,
        greatest(
            charge_period_start_utc::DATE, (charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE
        ) AS last_day,
        bool_and(invoice_id IS NOT NULL) AS invoiced,
        max(file_id) AS file_id
    FROM charge
    GROUP BY ALL
    UNION ALL
    SELECT 'logs', source, provider, NULL, at_utc::DATE, at_utc::DATE, false, max(file_id)
    FROM token_usage
    GROUP BY ALL
    UNION ALL
    SELECT 'outcomes', source, kind, NULL, resolved_at_utc::DATE, resolved_at_utc::DATE, false, max(file_id)
    FROM outcome
    GROUP BY ALL
),

judged AS (
    SELECT *, bool_or(first_day = last_day) OVER (PARTITION BY feeds, source, name, account) AS has_days
    FROM line
),

covered AS (
    SELECT
        feeds,
        source,
        name,
        account,
        invoiced,
        file_id,
        unnest(range(first_day, last_day + 1, INTERVAL 1 DAY))::DATE AS covered_day
    FROM judged
    WHERE first_day = last_day OR NOT has_days
)

SELECT
    covered.feeds,
    covered.source,
    covered.name,
    covered.account,
    date_trunc('month', covered_day)::DATE AS month,
    list_sort(list(DISTINCT day(covered_day)::INTEGER)) AS days,
    bool_and(invoiced) AS invoiced,
    max(imported_at_utc) AS last_import_utc
FROM covered
INNER JOIN imported_file ON imported_file.file_id = covered.file_id
GROUP BY ALL
ORDER BY covered.feeds, covered.source, covered.name, covered.account NULLS FIRST, month
