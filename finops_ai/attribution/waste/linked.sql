-- Temporary: the workflows that finops.yaml names an outcome of.
CREATE OR REPLACE TEMP TABLE waste_linked AS
SELECT DISTINCT unnest($workflows::VARCHAR[]) AS workflow
