-- Temporary: one row per workflow with a list of allowed models, and each pattern on it (RE2, whole names).
CREATE OR REPLACE TEMP TABLE waste_policy AS
SELECT unnest($workflows::VARCHAR[]) AS workflow, unnest($patterns::VARCHAR[]) AS pattern
