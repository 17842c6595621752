-- Temporary: values with several outcomes, one row per instant at which any of them was resolved: the numbers of
-- the first and last outcome of that instant; is_newest: nothing of the value was resolved later.
CREATE OR REPLACE TEMP TABLE link_instant AS
SELECT
    value_id,
    resolved_at_utc,
    min(seq) AS first_seq,
    max(seq) AS last_seq,
    max(seq) = any_value(link_value.outcomes) AS is_newest
FROM link_outcome
INNER JOIN link_value USING (value_id)
WHERE link_value.outcomes > 1 OR link_value.step_id > 0
GROUP BY value_id, resolved_at_utc
