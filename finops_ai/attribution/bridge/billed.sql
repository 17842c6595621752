-- One row per way that billed money of $month took: the workflow, pool or gap, and the bill's provider, model,
-- tier and token kind (NULL: the bill does not say). is_logged: the workflow's own log explains it. tokens
-- are those that the bill covers, searches for web_search.
SELECT
    cell.billing_currency AS currency,
    row.kind,
    row.workflow,
    row.team,
    coalesce(row.pool, cell.pool) AS pool,
    row.cause,
    cell.provider,
    coalesce(cell.model_id, '?' || cell.model_name) AS model,
    cell.service_tier AS tier,
    cell.token_kind,
    cell.nature = 'token' AS is_token_line,
    row.label = 'allocated' AND row.kind = 'direct' AS is_logged,
    sum(row.tokens)::BIGINT AS tokens,
    sum(row.cost)::DECIMAL(38,15) AS cost
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.month = $month
GROUP BY ALL
ORDER BY ALL
