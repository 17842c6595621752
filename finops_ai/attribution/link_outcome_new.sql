-- Temporary: the outcomes that a value of a link names, in the order in which they were resolved, ties by id.
CREATE OR REPLACE TEMP TABLE link_outcome (
    value_id BIGINT, seq BIGINT, kind VARCHAR, outcome_id VARCHAR, resolved_at_utc TIMESTAMP
)
