-- Temporary: one row per outcome kind, workflow and currency of $month, numbered by name; money in
-- billing_currency. seed identifies it to the draws: the same ledger has the same intervals.
CREATE OR REPLACE TEMP TABLE pair AS
SELECT
    row_number() OVER (ORDER BY kind, workflow, billing_currency) AS pair_id,
    *,
    md5_number_lower(concat_ws(chr(31), month, kind, workflow, billing_currency)) & 4294967295 AS seed
FROM outcome_month
WHERE month = $month
