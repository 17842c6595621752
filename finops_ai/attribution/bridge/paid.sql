-- One row per month from $first to $last, workflow, currency and SKU (provider, model, tier, token kind): the logged
-- tokens that its bill covers and their cost. Lines that name no model or no kind have no SKU and stand under NULL.
SELECT
    row.month,
    row.workflow,
    cell.billing_currency AS currency,
    CASE
        WHEN cell.token_kind IS NOT NULL AND coalesce(cell.model_id, cell.model_name) IS NOT NULL
            THEN concat_ws(
                ' / ',
                cell.provider,
                coalesce(cell.model_id, '?' || cell.model_name),
                coalesce(cell.service_tier, '-'),
                cell.token_kind
            )
    END AS sku,
    sum(row.tokens)::BIGINT AS tokens,
    sum(row.cost)::DECIMAL(38,15) AS cost
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.month >= $first
    AND row.month <= $last
    AND row.workflow IS NOT NULL
    AND row.kind = 'direct'
    AND cell.nature = 'token'
GROUP BY ALL
ORDER BY ALL
