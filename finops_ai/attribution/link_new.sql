-- Temporary: one row per usage row and claim: its outcomes are those of value_id from first_seq to last_seq.
CREATE OR REPLACE TEMP TABLE call_link (
    file_id INTEGER, row_number BIGINT, claim INTEGER, step_id INTEGER, value_id BIGINT, first_seq BIGINT, last_seq BIGINT
)
