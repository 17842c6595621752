-- Rows of allocation_row for cells that are no token lines: a rule's workflow, the source of a pool, or a gap
-- named by its category.
INSERT INTO allocation_row
SELECT
    $month,
    cell.cell_id,
    'billed',
    CASE nature WHEN 'direct' THEN 'direct' WHEN 'pool' THEN 'pool_source' ELSE 'gap' END,
    cell.workflow,
    registered_workflow.team,
    cell.pool,
    CASE WHEN nature NOT IN ('direct', 'pool') THEN nature END,
    CASE WHEN nature NOT IN ('direct', 'pool') THEN coalesce(service_name, provider) END,
    cell.rule_ordinal,
    NULL,
    NULL,
    0,
    cell.billed_cost
FROM cell
LEFT JOIN registered_workflow ON registered_workflow.name = cell.workflow
WHERE cell.month = $month AND cell.nature <> 'token'
ORDER BY cell.cell_id
