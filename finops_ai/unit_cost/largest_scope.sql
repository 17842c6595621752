-- One row per pair that lost logs: the usage group where most of its lost money is expected to stand.
SELECT
    pair_scope.pair_id,
    arg_max(told.provider, pair_scope.extra) AS provider,
    arg_max(coalesce(told.project_id, ''), pair_scope.extra) AS project_id,
    arg_max(coalesce(told.model, ''), pair_scope.extra) AS model,
    max(pair_scope.extra) AS extra
FROM pair_scope
INNER JOIN scope ON scope.scope_id = pair_scope.scope_id
INNER JOIN (SELECT DISTINCT * EXCLUDE (cell_id) FROM usage_group) AS told ON told.group_id = scope.group_id
GROUP BY pair_scope.pair_id
ORDER BY pair_scope.pair_id
