-- One row per outcome kind, workflow and currency of $month: what was counted, what its calls of the month used and
-- cost, and what its outcomes cost in whatever month (to_date: the cohort resolved in $month). Costs unrounded, NULL
-- where no bill holds any of the calls. provisional: successes that may still be taken back after $as_of_utc;
-- sampled: attempts with at least one linked call in any month.
WITH counted AS (
    SELECT
        outcome_counted.outcome_kind AS kind,
        outcome_counted.outcome_id,
        bool_or(is_success) AS is_success,
        max(o.final_after_utc) AS final_after_utc,
        any_value(o.workflow_hint) AS workflow_hint
    FROM outcome_counted
    INNER JOIN outcome AS o
        ON o.kind = outcome_counted.outcome_kind AND o.outcome_id = outcome_counted.outcome_id
    WHERE outcome_counted.month = $month
    GROUP BY outcome_counted.outcome_kind, outcome_counted.outcome_id
),

placed AS (
    SELECT counted.*, k.workflow
    FROM counted
    INNER JOIN (SELECT DISTINCT kind, workflow FROM outcome_cost WHERE month = $month) AS k
        ON k.kind = counted.kind
    ANTI JOIN (SELECT DISTINCT kind, workflow FROM outcome_cost WHERE month = $month) AS other
        ON other.kind = counted.kind
        AND other.workflow = counted.workflow_hint
        AND other.workflow <> k.workflow
),

cohort_call AS (
    SELECT DISTINCT u.outcome_kind AS kind, u.outcome_id, u.workflow
    FROM outcome_usage AS u
    SEMI JOIN counted ON counted.kind = u.outcome_kind AND counted.outcome_id = u.outcome_id
),

tried AS (
    SELECT
        placed.kind,
        placed.workflow,
        count(*) FILTER (WHERE is_success AND final_after_utc > $as_of_utc) AS provisional,
        max(final_after_utc) FILTER (WHERE is_success AND final_after_utc > $as_of_utc) AS last_final_after_utc,
        count(cohort_call.outcome_id) AS sampled
    FROM placed
    LEFT JOIN cohort_call
        ON cohort_call.kind = placed.kind
        AND cohort_call.outcome_id = placed.outcome_id
        AND cohort_call.workflow = placed.workflow
    GROUP BY placed.kind, placed.workflow
),

used AS (
    SELECT
        outcome_kind AS kind,
        workflow,
        sum(calls)::DECIMAL(38,15) AS calls,
        sum(tokens)::DECIMAL(38,15) AS tokens
    FROM outcome_usage
    WHERE month = $month
    GROUP BY outcome_kind, workflow
),

cohort AS (
    SELECT
        s.outcome_kind AS kind,
        s.workflow,
        s.billing_currency,
        sum(s.cost)::DECIMAL(38,15) AS cost_to_date,
        coalesce(sum(s.cost) FILTER (WHERE s.month = $month), 0)::DECIMAL(38,15) AS cohort_cost_in_month
    FROM outcome_spend AS s
    SEMI JOIN counted ON counted.kind = s.outcome_kind AND counted.outcome_id = s.outcome_id
    GROUP BY s.outcome_kind, s.workflow, s.billing_currency
)

SELECT
    c.kind,
    c.workflow,
    c.billing_currency AS currency,
    c.attempts,
    c.successes,
    coalesce(tried.provisional, 0) AS provisional,
    tried.last_final_after_utc,
    c.attributed_cost_per_success AS attributed_per_success,
    c.loaded_cost_per_success AS loaded_per_success,
    c.ceiling_cost_per_success AS ceiling_per_success,
    coalesce(tried.sampled, 0) AS sampled,
    coalesce(used.calls, 0)::DECIMAL(38,15) AS calls,
    coalesce(used.tokens, 0)::DECIMAL(38,15) AS tokens,
    nullif(c.linked_cost, 0) AS linked_cost,
    CASE WHEN c.linked_cost + c.unlinked_cost + c.shared_cost <> 0 THEN c.unlinked_cost END AS unlinked_cost,
    CASE WHEN c.linked_cost + c.unlinked_cost + c.shared_cost <> 0 THEN c.shared_cost END AS shared_cost,
    c.gap_cost,
    amount_share(c.linked_cost, (c.linked_cost + c.unlinked_cost)::DECIMAL(38,15)) AS matched_share,
    amount_per(nullif(c.linked_cost, 0), c.attempts) AS cost_per_attempt,
    amount_ratio(nullif(c.linked_cost, 0), used.calls) AS cost_per_call,
    amount_ratio((nullif(c.linked_cost, 0) * 1000)::DECIMAL(38,15), used.tokens) AS cost_per_1000_tokens,
    cohort.cost_to_date,
    cohort.cohort_cost_in_month,
    (cohort.cost_to_date - cohort.cohort_cost_in_month)::DECIMAL(38,15) AS cohort_cost_in_other_months,
    amount_per(cohort.cost_to_date, c.successes) AS cost_to_date_per_success
FROM outcome_cost AS c
LEFT JOIN tried ON tried.kind = c.kind AND tried.workflow = c.workflow
LEFT JOIN used ON used.kind = c.kind AND used.workflow = c.workflow
LEFT JOIN cohort
    ON cohort.kind = c.kind AND cohort.workflow = c.workflow AND cohort.billing_currency = c.billing_currency
WHERE c.month = $month
    AND ($kind IS NULL OR c.kind = $kind)
    AND ($workflow IS NULL OR c.workflow = $workflow)
ORDER BY c.kind, c.workflow, c.billing_currency
