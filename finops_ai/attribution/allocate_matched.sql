-- Rows of allocation_row for the money that logs explain. Tokens are counted once, in the first cell. Everything is
-- summed and ordered by number; names are looked up last, since there may be millions of outcomes.
INSERT INTO allocation_row
WITH placed AS (
    SELECT piece.*, receiver_total.group_id, receiver_total.receiver_id, receiver_total.holds_tokens
    FROM piece
    INNER JOIN receiver_total ON receiver_total.total_id = piece.total_id AND receiver_total.cells = 1
    UNION ALL
    SELECT
        piece.*,
        receiver_total.group_id,
        receiver_total.receiver_id,
        receiver_total.holds_tokens
        AND row_number() OVER (PARTITION BY piece.total_id, piece.outcome_ref_id ORDER BY piece.cell_id) = 1
    FROM piece
    INNER JOIN receiver_total ON receiver_total.total_id = piece.total_id AND receiver_total.cells > 1
),

summed AS (
    SELECT
        placed.cell_id,
        matched_target.target_id,
        outcome_ref.outcome_key,
        bool_or(outcome_ref.is_shared) AS is_shared,
        sum(CASE WHEN placed.holds_tokens THEN member_use.quantity ELSE 0 END)::DECIMAL(38,15) AS tokens,
        sum(placed.cost)::DECIMAL(38,15) AS cost
    FROM placed
    INNER JOIN matched_target
        ON matched_target.cell_id = placed.cell_id AND matched_target.receiver_id = placed.receiver_id
    INNER JOIN member_use
        ON member_use.group_id = placed.group_id
        AND member_use.receiver_id = placed.receiver_id
        AND member_use.outcome_ref_id = placed.outcome_ref_id
    LEFT JOIN outcome_ref ON outcome_ref.outcome_ref_id = placed.outcome_ref_id
    GROUP BY placed.cell_id, matched_target.target_id, outcome_ref.outcome_key
),

-- Parts of shared calls are rounded along their running total, so that no token is lost or counted twice.
rounded AS (
    SELECT cell_id, target_id, outcome_key, round(tokens)::BIGINT AS tokens, cost
    FROM summed
    WHERE is_shared IS NOT true
    UNION ALL
    SELECT
        cell_id,
        target_id,
        outcome_key,
        round(sum(tokens) OVER running)::BIGINT - round(sum(tokens) OVER running - tokens)::BIGINT,
        cost
    FROM summed
    WHERE is_shared
    WINDOW running AS (ORDER BY cell_id, target_id, outcome_key ROWS UNBOUNDED PRECEDING)
)

SELECT
    $month,
    rounded.cell_id,
    CASE WHEN target.workflow IS NULL THEN 'billed' ELSE 'allocated' END,
    CASE WHEN target.workflow IS NULL THEN 'gap' ELSE 'direct' END,
    target.workflow,
    registered_workflow.team,
    NULL,
    CASE WHEN target.workflow IS NULL THEN 'unmapped_usage' END,
    target.detail,
    target.rule_ordinal,
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    rounded.tokens,
    rounded.cost
FROM rounded
INNER JOIN (SELECT DISTINCT target_id, workflow, rule_ordinal, detail FROM matched_target) AS target
    ON target.target_id = rounded.target_id
LEFT JOIN registered_workflow ON registered_workflow.name = target.workflow
LEFT JOIN outcome_ref ON outcome_ref.outcome_ref_id = rounded.outcome_key
ORDER BY rounded.cell_id, rounded.target_id, rounded.outcome_key
