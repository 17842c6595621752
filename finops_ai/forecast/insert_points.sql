-- One row per point of a stored forecast, from a JSON array of points: budget in the run's currency.
INSERT INTO forecast_point (run_id, scope, workflow, scenario, level, month, budget)
SELECT
    $run_id,
    point ->> 'scope',
    point ->> 'workflow',
    point ->> 'scenario',
    point ->> 'level',
    ((point ->> 'month') || '-01')::DATE,
    (point ->> 'budget')::DECIMAL(38,15)
FROM (SELECT unnest(from_json($points, '["JSON"]')) AS point)
