-- Temporary: the workflows of finops.yaml.
CREATE OR REPLACE TEMP TABLE registered_workflow AS
SELECT unnest($names::VARCHAR []) AS name, unnest($teams::VARCHAR []) AS team
