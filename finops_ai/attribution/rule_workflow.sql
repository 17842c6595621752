-- Temporary: the workflow of each rule.
CREATE OR REPLACE TEMP TABLE rule_workflow AS
SELECT unnest($ordinals::INTEGER []) AS rule_ordinal, unnest($workflows::VARCHAR []) AS workflow
