-- Rows of allocation_row for the money that logs explain. Usage without a workflow falls to the workflow that a
-- rule gives its charge, else to the gap unmapped_usage. Tokens are counted once, in the first cell.
INSERT INTO allocation_row
WITH placed AS (
    SELECT
        piece.*,
        receiver_total.group_id,
        receiver_total.receiver_id,
        receiver_total.holds_tokens
        AND row_number() OVER (PARTITION BY piece.total_id, piece.outcome_ref_id ORDER BY piece.cell_id) = 1
        AS holds_tokens
    FROM piece
    INNER JOIN receiver_total USING (total_id)
),

named AS (
    SELECT
        placed.cell_id,
        coalesce(receiver.workflow, cell.workflow) AS workflow,
        CASE WHEN receiver.workflow IS NULL THEN cell.rule_ordinal ELSE receiver.rule_ordinal END AS rule_ordinal,
        CASE WHEN receiver.workflow IS NULL AND cell.workflow IS NULL THEN receiver.detail END AS detail,
        outcome_ref.outcome_kind,
        outcome_ref.outcome_id,
        outcome_ref.is_shared,
        CASE WHEN placed.holds_tokens THEN member_use.quantity ELSE 0 END AS tokens,
        placed.cost
    FROM placed
    INNER JOIN receiver ON receiver.receiver_id = placed.receiver_id
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = placed.cell_id
    INNER JOIN member_use
        ON member_use.group_id = placed.group_id
        AND member_use.receiver_id = placed.receiver_id
        AND member_use.outcome_ref_id = placed.outcome_ref_id
    LEFT JOIN outcome_ref ON outcome_ref.outcome_ref_id = placed.outcome_ref_id
),

summed AS (
    SELECT
        cell_id,
        workflow,
        detail,
        rule_ordinal,
        outcome_kind,
        outcome_id,
        bool_or(is_shared) AS is_shared,
        sum(tokens)::DECIMAL(38,15) AS tokens,
        sum(cost)::DECIMAL(38,15) AS cost
    FROM named
    GROUP BY cell_id, workflow, detail, rule_ordinal, outcome_kind, outcome_id
),

-- Parts of shared calls are rounded along their running total, so that no token is lost or counted twice.
rounded AS (
    SELECT * REPLACE (round(tokens)::BIGINT AS tokens)
    FROM summed
    WHERE is_shared IS NOT true
    UNION ALL
    SELECT
        * REPLACE (
            round(sum(tokens) OVER running)::BIGINT - round(sum(tokens) OVER running - tokens)::BIGINT AS tokens
        )
    FROM summed
    WHERE is_shared
    WINDOW running AS (
        ORDER BY cell_id, workflow, rule_ordinal, detail, outcome_kind, outcome_id
        ROWS UNBOUNDED PRECEDING
    )
)

SELECT
    $month,
    cell_id,
    CASE WHEN workflow IS NULL THEN 'billed' ELSE 'allocated' END,
    CASE WHEN workflow IS NULL THEN 'gap' ELSE 'direct' END,
    workflow,
    registered_workflow.team,
    NULL,
    CASE WHEN workflow IS NULL THEN 'unmapped_usage' END,
    detail,
    rule_ordinal,
    outcome_kind,
    outcome_id,
    tokens,
    cost
FROM rounded
LEFT JOIN registered_workflow ON registered_workflow.name = rounded.workflow
ORDER BY cell_id, workflow, rule_ordinal, detail, outcome_kind, outcome_id
