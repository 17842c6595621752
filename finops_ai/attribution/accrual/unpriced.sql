-- One row per provider, model, workflow and reason of $month: logged, not billed, and without a price.
SELECT
    provider,
    coalesce(model_id, model_name) AS model,
    workflow,
    pricing_status AS reason,
    sum(calls)::BIGINT AS calls,
    sum(tokens)::BIGINT AS tokens
FROM accrual_day
WHERE month = $month AND NOT is_billed AND accrued_cost IS NULL
GROUP BY ALL
ORDER BY tokens DESC, provider, model, workflow, reason
