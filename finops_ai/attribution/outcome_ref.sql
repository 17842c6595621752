-- Temporary: the outcomes that the month's usage is linked to, numbered by name.
CREATE OR REPLACE TEMP TABLE outcome_ref AS
SELECT
    row_number() OVER (ORDER BY outcome_kind, outcome_id) AS outcome_ref_id,
    outcome_kind,
    outcome_id
FROM (SELECT DISTINCT outcome_kind, outcome_id FROM usage_member WHERE outcome_id IS NOT NULL)
