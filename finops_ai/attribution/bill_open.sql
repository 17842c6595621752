-- Temporary: one row per token cell of $month, and how much of it no usage has explained yet (amount in
-- billing_currency, quantity in tokens, NULL when the bill states none, or none above zero for its
-- money). A bill on which every line is of the standard tier does not tell tiers apart: there it is NULL.
CREATE OR REPLACE TEMP TABLE bill_open AS
SELECT
    cell_id,
    provider,
    billing_currency,
    sub_account_id AS project_id,
    day,
    coalesce(model_id, '?' || model_name) AS match_model,
    model_id,
    token_kind,
    CASE WHEN bool_or(service_tier <> 'standard') OVER (PARTITION BY provider) THEN service_tier END AS service_tier,
    billed_cost AS amount,
    CASE WHEN quantity > 0 OR (quantity = 0 AND billed_cost = 0) THEN quantity END AS quantity,
    true AS is_open,
    false AS is_matched,
    NULL::VARCHAR AS refused_cause
FROM cell
WHERE month = $month AND nature = 'token'
ORDER BY cell_id
