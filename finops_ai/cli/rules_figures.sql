-- One row per attributed month from $from_month to $until_month, place of money and currency: what stands there. A place
-- is a workflow, a gap (cause and detail) or a pool that nobody receives. calls: of the workflow, or without any.
WITH money AS (
    SELECT
        month,
        CASE WHEN workflow IS NOT NULL THEN 'workflow' WHEN cause IS NULL THEN 'pool' ELSE 'gap' END AS kind,
        coalesce(workflow, cause, pool) AS place,
        CASE WHEN workflow IS NULL AND cause IS NOT NULL THEN detail END AS detail,
        billing_currency AS currency,
        coalesce(sum(cost) FILTER (WHERE kind <> 'pool_share'), 0)::DECIMAL(38,15) AS direct,
        coalesce(sum(cost) FILTER (WHERE kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared
    FROM allocation
    WHERE month BETWEEN $from_month AND $until_month
    GROUP BY ALL
),

used AS (
    SELECT month, coalesce(workflow, '') AS place, sum(calls)::BIGINT AS calls
    FROM usage_month
    WHERE month BETWEEN $from_month AND $until_month
    GROUP BY ALL
)

SELECT
    coalesce(money.month, used.month) AS month,
    coalesce(money.kind, CASE WHEN used.place = '' THEN 'calls' ELSE 'workflow' END) AS kind,
    coalesce(money.place, used.place) AS place,
    money.detail,
    money.currency,
    coalesce(money.direct, 0)::DECIMAL(38,15) AS direct,
    coalesce(money.shared, 0)::DECIMAL(38,15) AS shared,
    used.calls
FROM money
FULL JOIN used ON used.month = money.month AND money.kind = 'workflow' AND used.place = money.place
ORDER BY ALL
