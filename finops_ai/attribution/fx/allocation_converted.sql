-- The allocation rows of $month in other currencies beside their amounts in $reporting: allocation_converted.
INSERT INTO allocation_converted
SELECT
    piece.month,
    piece.cell_id,
    piece.label,
    piece.kind,
    piece.workflow,
    piece.team,
    piece.pool,
    piece.cause,
    piece.detail,
    piece.outcome_kind,
    piece.outcome_id,
    piece.cost,
    converted.share,
    coalesce(unconverted.share, 0)
FROM fx_piece AS piece
LEFT JOIN split_share AS converted
    ON converted.group_id = piece.cell_id
    AND converted.subgroup_id = piece.first_subgroup
    AND converted.member_id = piece.member_id
LEFT JOIN split_share AS unconverted
    ON unconverted.group_id = piece.cell_id
    AND unconverted.subgroup_id = piece.first_subgroup + 1
    AND unconverted.member_id = piece.member_id
ORDER BY piece.cell_id, piece.member_id
