-- The billed money of each outcome in $month: table outcome_spend.
INSERT INTO outcome_spend
WITH spent AS (
    SELECT
        piece.outcome_ref_id,
        receiver_total.receiver_id,
        cell.billing_currency,
        sum(piece.cost)::DECIMAL(38,15) AS cost
    FROM piece
    INNER JOIN receiver_total ON receiver_total.total_id = piece.total_id
    INNER JOIN cell ON cell.month = $month AND cell.cell_id = piece.cell_id
    WHERE piece.outcome_ref_id > 0
    GROUP BY piece.outcome_ref_id, receiver_total.receiver_id, cell.billing_currency
)

SELECT
    $month,
    outcome_ref.outcome_kind,
    outcome_ref.outcome_id,
    receiver.workflow,
    outcome_ref.link,
    spent.billing_currency,
    sum(spent.cost)::DECIMAL(38,15)
FROM spent
INNER JOIN outcome_ref ON outcome_ref.outcome_ref_id = spent.outcome_ref_id
INNER JOIN receiver ON receiver.receiver_id = spent.receiver_id
GROUP BY
    outcome_ref.outcome_kind, outcome_ref.outcome_id, receiver.workflow, outcome_ref.link, spent.billing_currency
ORDER BY
    outcome_ref.outcome_kind, outcome_ref.outcome_id, receiver.workflow, outcome_ref.link, spent.billing_currency
