-- The name that a row goes by in a table grouped by one of GROUPINGS; NULL where the row has none.
CREATE OR REPLACE TEMP MACRO line_name(
    grouping, workflow, team, owner, department, cost_centre, product, model_id, provider, outcome_kind
) AS
    CASE grouping
        WHEN 'workflow' THEN workflow
        WHEN 'team' THEN team
        WHEN 'owner' THEN owner
        WHEN 'department' THEN department
        WHEN 'cost_centre' THEN cost_centre
        WHEN 'product' THEN product
        WHEN 'model' THEN model_id
        WHEN 'provider' THEN provider
        ELSE outcome_kind
    END
