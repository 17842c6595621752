-- Temporary: the outcome kinds of finops.yaml, once per kind and workflow.
CREATE OR REPLACE TEMP TABLE outcome_setting AS
SELECT
    kind,
    workflow,
    row_number() OVER (ORDER BY kind, workflow) AS setting_id,
    dense_rank() OVER (ORDER BY workflow) AS workflow_id
FROM (SELECT DISTINCT unnest($kinds::VARCHAR []) AS kind, unnest($workflows::VARCHAR []) AS workflow)
