-- Temporary: one row per group of bill cells and usage that explain each other; see match_group.sql.
CREATE OR REPLACE TEMP TABLE match_group (
    pass INTEGER,
    group_id BIGINT,
    provider VARCHAR,
    key VARCHAR,
    has_quantity BOOLEAN,
    list_currency VARCHAR,
    matched_weight HUGEINT,
    rest_weight HUGEINT,
    consumed_quantity DECIMAL(38,15),
    logged_quantity DECIMAL(38,15),
    is_by_list_cost BOOLEAN,
    below_list_cost DECIMAL(38,15),
    model VARCHAR
)
