-- Temporary: the distinct outcomes of calls: those of value_id from first_seq to last_seq, numbered.
CREATE OR REPLACE TEMP TABLE link_span AS
SELECT row_number() OVER () AS span_id, *
FROM (SELECT DISTINCT step_id, value_id, first_seq, last_seq FROM call_link)
