-- Temporary: one row per pair and scope it has money in: its linked money there (logged, so certainly its own), and
-- share, its part of all that the scope's logs explain.
CREATE OR REPLACE TEMP TABLE pair_scope AS
SELECT
    pair.pair_id,
    scope.scope_id,
    scope.keep,
    scope.logged AS scope_logged,
    scope.missing AS scope_missing,
    sum(money.logged)::DECIMAL(38,15) AS linked,
    (sum(money.logged)::DOUBLE * scope.extra)::DECIMAL(38,15) AS extra,
    sum(money.logged)::DOUBLE / scope.logged::DOUBLE AS share
FROM pair
INNER JOIN group_money AS money ON money.outcome_kind = pair.kind AND money.workflow = pair.workflow
INNER JOIN (SELECT DISTINCT group_id, billing_currency FROM usage_group) AS told
    ON told.group_id = money.group_id AND told.billing_currency = pair.billing_currency
INNER JOIN scope
    ON scope.group_id = money.group_id AND (scope.owner IS NULL OR scope.owner = money.workflow)
GROUP BY pair.pair_id, scope.scope_id, scope.keep, scope.logged, scope.missing, scope.extra
HAVING sum(money.logged) > 0
