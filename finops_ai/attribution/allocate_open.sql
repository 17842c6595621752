-- Rows of allocation_row for token cells that no log explains, or not wholly: a rule's workflow when no log
-- touches the cell, else a named gap.
INSERT INTO allocation_row
WITH judged AS (
    SELECT
        bill_open.*,
        cell.model_name,
        cell.service_name,
        cell.rule_ordinal,
        registered_workflow.team,
        CASE WHEN NOT bill_open.is_matched THEN cell.workflow END AS workflow,
        CASE
            WHEN bill_open.refused_cause IS NOT NULL THEN bill_open.refused_cause
            WHEN NOT bill_open.is_matched AND cell.model_id IS NULL AND cell.model_name IS NOT NULL
                THEN 'unmapped_billing_name'
            ELSE 'unlogged_usage'
        END AS cause
    FROM bill_open
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = bill_open.cell_id
    LEFT JOIN registered_workflow ON registered_workflow.name = cell.workflow
    WHERE bill_open.amount <> 0 OR NOT bill_open.is_matched OR bill_open.refused_cause IS NOT NULL
)

SELECT
    $month,
    cell_id,
    'billed',
    CASE WHEN workflow IS NULL THEN 'gap' ELSE 'direct' END,
    workflow,
    CASE WHEN workflow IS NOT NULL THEN team END,
    NULL,
    CASE WHEN workflow IS NULL THEN cause END,
    CASE WHEN workflow IS NULL THEN coalesce(model_id, model_name, service_name, provider) END,
    CASE WHEN workflow IS NOT NULL THEN rule_ordinal END,
    NULL,
    NULL,
    round(coalesce(quantity, 0))::BIGINT,
    amount
FROM judged
ORDER BY cell_id
