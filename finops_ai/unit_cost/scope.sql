-- Temporary: one row per usage group with lost logs, and per workflow of a group whose charges a rule gives it:
-- billed money that logs explain (logged) and that none does (missing), keep = logged share. owner is NULL
-- where the lost usage may be any workflow's of the group. Usage without any log (or with one in 1e9)
-- cannot be scaled: no row.
CREATE OR REPLACE TEMP TABLE scope AS
WITH summed AS (
    SELECT
        group_id,
        NULL::VARCHAR AS owner,
        sum(logged)::DECIMAL(38,15) AS logged,
        sum(missing) FILTER (WHERE workflow IS NULL)::DECIMAL(38,15) AS missing
    FROM group_money
    GROUP BY group_id
    UNION ALL
    SELECT group_id, workflow, sum(logged)::DECIMAL(38,15), sum(missing)::DECIMAL(38,15)
    FROM group_money
    WHERE workflow IS NOT NULL
    GROUP BY group_id, workflow
)

SELECT
    row_number() OVER (ORDER BY group_id, owner NULLS FIRST) AS scope_id,
    *,
    missing::DOUBLE / logged::DOUBLE AS extra,
    logged::DOUBLE / (logged + missing)::DOUBLE AS keep
FROM summed
WHERE logged::DOUBLE > missing::DOUBLE * 1e-9 AND missing::DOUBLE > logged::DOUBLE * 1e-12
