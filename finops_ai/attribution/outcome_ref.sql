-- Temporary: the outcomes that the month's usage is linked to, and by which link, numbered by name. outcome_key: the
-- first number of an outcome that several links found. is_shared: some of its calls are other outcomes' too.
CREATE OR REPLACE TEMP TABLE outcome_ref AS
SELECT
    row_number() OVER (ORDER BY outcome_kind, outcome_id, link) AS outcome_ref_id,
    rank() OVER (ORDER BY outcome_kind, outcome_id) AS outcome_key,
    outcome_kind,
    outcome_id,
    link,
    is_shared
FROM (
    SELECT kind AS outcome_kind, outcome_id, link, bool_or(outcomes > 1) AS is_shared
    FROM link_group_outcome
    GROUP BY kind, outcome_id, link
)
