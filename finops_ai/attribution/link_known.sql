-- Temporary: the outcomes that earlier passes found calls for.
CREATE OR REPLACE TEMP TABLE link_known AS
SELECT DISTINCT link_outcome.kind, link_outcome.outcome_id
FROM (SELECT DISTINCT value_id, first_seq, last_seq FROM call_link) AS span
INNER JOIN link_outcome
    ON link_outcome.value_id = span.value_id AND link_outcome.seq BETWEEN span.first_seq AND span.last_seq
