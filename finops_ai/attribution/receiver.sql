-- Temporary: who may receive matched money: a workflow by one rule, or a key that no rule maps. The numbers
-- follow the names, so that ties in a split are settled by name.
CREATE OR REPLACE TEMP TABLE receiver AS
SELECT DISTINCT receiver_id, workflow, rule_ordinal, detail
FROM usage_signature
