-- One row per pair: its outcomes, its money and what its intervals are made of.
SELECT
    pair.pair_id,
    pair.kind,
    pair.workflow,
    pair.billing_currency AS currency,
    pair.attempts,
    pair.successes,
    pair.linked_cost AS linked,
    pair.unlinked_cost AS unlinked,
    pair.attributed_cost_per_success AS attributed,
    estimate.total,
    estimate.most,
    estimate.extra,
    estimate.silent_share,
    estimate.by_session,
    coalesce(spread.units, 0) AS units,
    coalesce(spread.lost_variance, 0) AS lost_variance,
    coalesce(spread.drawn_variance, 0) AS drawn_variance
FROM pair
INNER JOIN estimate ON estimate.pair_id = pair.pair_id
LEFT JOIN spread ON spread.pair_id = pair.pair_id
ORDER BY pair.pair_id
