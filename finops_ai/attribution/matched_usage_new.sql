-- Temporary: one row per group and usage key: what the group's bill explains of it, and whether that is all.
CREATE OR REPLACE TEMP TABLE matched_usage (
    group_id BIGINT, key_id BIGINT, quantity DECIMAL(38,15), list_cost DECIMAL(38,15), is_whole BOOLEAN
)
