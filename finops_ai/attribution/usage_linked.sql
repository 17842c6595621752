-- Temporary: one row per usage row that belongs to an outcome, or to several: its party.
CREATE OR REPLACE TEMP TABLE usage_linked AS
SELECT c.file_id, c.row_number, party.party_id
FROM call_link AS c
INNER JOIN link_span AS s
    ON s.step_id = c.step_id
    AND s.value_id = c.value_id
    AND s.first_seq = c.first_seq
    AND s.last_seq = c.last_seq
INNER JOIN party ON party.group_id = s.span_id
