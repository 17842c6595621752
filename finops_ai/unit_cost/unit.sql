-- Temporary: one row per pair and session of its outcomes (the outcome itself where it names no session), with the
-- linked money of all its calls, scaled up for lost logs, and the outcomes tried and reached in $month.
-- Calls of the month for an outcome of another month cost money and count as no try. A closed month keeps the
-- successes that it counted.
CREATE OR REPLACE TEMP TABLE unit AS
WITH known AS (
    SELECT outcome_kind, outcome_id, bool_or(is_success) AS is_success
    FROM outcome_counted
    WHERE month = $month
    GROUP BY outcome_kind, outcome_id
),

told AS (
    SELECT
        o.kind,
        o.outcome_id,
        coalesce(min('s' || o.session_id), 'o' || o.outcome_id) AS unit_name,
        min(o.workflow_hint) AS workflow_hint,
        count(*) FILTER (WHERE o.resolved_at_utc >= $start_utc AND o.resolved_at_utc < $end_utc) AS tries,
        count(*) FILTER (
            WHERE o.resolved_at_utc >= $start_utc
                AND o.resolved_at_utc < $end_utc
                AND coalesce(known.is_success, o.status = 'success' AND o.reopened_at_utc IS NULL)
        ) AS successes
    FROM outcome AS o
    LEFT JOIN known ON known.outcome_kind = o.kind AND known.outcome_id = o.outcome_id
    WHERE o.kind IN (SELECT kind FROM pair)
    GROUP BY o.kind, o.outcome_id
),

scaling AS (
    SELECT money.group_id, money.workflow, 1 + coalesce(sum(scope.extra), 0) AS factor
    FROM (SELECT DISTINCT group_id, workflow FROM group_money WHERE workflow IS NOT NULL) AS money
    LEFT JOIN scope
        ON scope.group_id = money.group_id AND (scope.owner IS NULL OR scope.owner = money.workflow)
    GROUP BY money.group_id, money.workflow
),

spent AS (
    SELECT
        pair.pair_id,
        money.outcome_id,
        sum((money.logged::DOUBLE * scaling.factor)::DECIMAL(38,15))::DECIMAL(38,15) AS cost
    FROM pair
    INNER JOIN group_money AS money ON money.outcome_kind = pair.kind AND money.workflow = pair.workflow
    INNER JOIN scaling ON scaling.group_id = money.group_id AND scaling.workflow = money.workflow
    INNER JOIN (SELECT DISTINCT group_id, billing_currency FROM usage_group) AS told
        ON told.group_id = money.group_id AND told.billing_currency = pair.billing_currency
    GROUP BY pair.pair_id, money.outcome_id
),

counted AS (
    SELECT pair.pair_id, told.*
    FROM told
    INNER JOIN pair ON pair.kind = told.kind
    LEFT JOIN (SELECT DISTINCT kind, workflow FROM pair) AS stated
        ON stated.kind = told.kind AND stated.workflow = told.workflow_hint
    WHERE stated.workflow IS NULL OR stated.workflow = pair.workflow
)

SELECT
    coalesce(counted.pair_id, spent.pair_id) AS pair_id,
    coalesce(counted.unit_name, 'o' || spent.outcome_id) AS unit_name,
    coalesce(sum(spent.cost), 0)::DECIMAL(38,15) AS cost,
    coalesce(sum(counted.tries), 0)::BIGINT AS tries,
    coalesce(sum(counted.successes), 0)::BIGINT AS successes
FROM counted
FULL JOIN spent ON spent.pair_id = counted.pair_id AND spent.outcome_id = counted.outcome_id
WHERE counted.tries > 0 OR spent.cost <> 0
GROUP BY ALL
