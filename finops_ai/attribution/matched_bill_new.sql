-- Temporary: one row per group and cell: the amount (billing_currency) that the group's usage explains.
CREATE OR REPLACE TEMP TABLE matched_bill (group_id BIGINT, cell_id BIGINT, amount DECIMAL(38,15))
