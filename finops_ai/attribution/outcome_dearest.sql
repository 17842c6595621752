-- The $limit dearest outcomes resolved in $month: cost_to_date of whatever month (NULL: no bill holds its calls),
-- the calls and tokens it used, each counted by its share, and the links that found them.
WITH counted AS (
    SELECT
        c.outcome_kind AS kind,
        c.outcome_id,
        bool_or(c.is_success) AS is_success,
        any_value(o.status) AS status,
        max(o.resolved_at_utc) AS resolved_at_utc,
        max(o.reopened_at_utc) AS reopened_at_utc,
        max(o.final_after_utc) AS final_after_utc
    FROM outcome_counted AS c
    INNER JOIN outcome AS o ON o.kind = c.outcome_kind AND o.outcome_id = c.outcome_id
    WHERE c.month = $month AND ($kind IS NULL OR c.outcome_kind = $kind)
    GROUP BY c.outcome_kind, c.outcome_id
),

used AS (
    SELECT
        u.outcome_kind AS kind,
        u.outcome_id,
        u.workflow,
        string_agg(DISTINCT u.link, ', ' ORDER BY u.link) AS links,
        sum(u.calls)::DECIMAL(38,15) AS calls,
        sum(u.tokens)::DECIMAL(38,15) AS tokens
    FROM outcome_usage AS u
    SEMI JOIN counted ON counted.kind = u.outcome_kind AND counted.outcome_id = u.outcome_id
    GROUP BY u.outcome_kind, u.outcome_id, u.workflow
),

spent AS (
    SELECT
        s.outcome_kind AS kind,
        s.outcome_id,
        s.workflow,
        s.billing_currency,
        sum(s.cost)::DECIMAL(38,15) AS cost_to_date,
        sum(s.cost) FILTER (WHERE s.month = $month)::DECIMAL(38,15) AS cost_in_month
    FROM outcome_spend AS s
    SEMI JOIN counted ON counted.kind = s.outcome_kind AND counted.outcome_id = s.outcome_id
    GROUP BY s.outcome_kind, s.outcome_id, s.workflow, s.billing_currency
)

SELECT
    counted.outcome_id,
    counted.kind,
    used.workflow,
    CASE
        WHEN counted.is_success AND counted.final_after_utc > $as_of_utc THEN 'not final'
        WHEN counted.is_success THEN 'success'
        WHEN counted.reopened_at_utc IS NOT NULL THEN 'reopened'
        ELSE counted.status
    END AS status,
    counted.resolved_at_utc,
    used.links,
    spent.billing_currency AS currency,
    coalesce(used.calls, 0)::DECIMAL(38,15) AS calls,
    coalesce(used.tokens, 0)::DECIMAL(38,15) AS tokens,
    spent.cost_in_month,
    spent.cost_to_date
FROM counted
LEFT JOIN used ON used.kind = counted.kind AND used.outcome_id = counted.outcome_id
LEFT JOIN spent
    ON spent.kind = counted.kind AND spent.outcome_id = counted.outcome_id AND spent.workflow = used.workflow
WHERE $workflow IS NULL OR used.workflow = $workflow
ORDER BY spent.cost_to_date DESC NULLS LAST, used.tokens DESC NULLS LAST, counted.kind, counted.outcome_id, currency
LIMIT $limit
