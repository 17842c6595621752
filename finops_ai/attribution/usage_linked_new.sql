-- Temporary: one row per usage row that belongs to an outcome.
CREATE OR REPLACE TEMP TABLE usage_linked (
    file_id INTEGER, row_number BIGINT, outcome_kind VARCHAR, outcome_id VARCHAR
)
