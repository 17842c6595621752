-- One row per name of $month, grouped by $by (workflow, what finops.yaml says of it, model, provider, outcome):
-- the money that found a workflow, in the reporting currency. Money without a rate is in no amount here. outside:
-- whether the name has any.
SELECT
    line_name(
        $by, workflow, allocation_reporting.team, said.owner, said.department, said.cost_centre, said.product, model_id, provider,
        outcome_kind
    ) AS name,
    coalesce(sum(reporting_cost) FILTER (WHERE kind = 'direct'), 0)::DECIMAL(38,15) AS direct,
    coalesce(sum(reporting_cost) FILTER (WHERE kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared,
    coalesce(sum(reporting_cost), 0)::DECIMAL(38,15) AS total,
    bool_or(unconverted_cost <> 0) AS outside
FROM allocation_reporting
LEFT JOIN workflow_register AS said USING (month, workflow)
WHERE month = $month AND workflow IS NOT NULL
GROUP BY name
ORDER BY total DESC, name NULLS LAST
