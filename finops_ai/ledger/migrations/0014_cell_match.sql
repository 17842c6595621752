-- By what bill and log were matched: derived, one row per month, group of bill lines (cell) and key that matched
-- some of it. matched_by: what both sides told of it, such as "project, model, day, kind, tier" ("provider" where
-- that is all); amount: billed money so matched, in the cell's billing_currency. Not recorded for months that were
-- closed or attributed before this table was there.
CREATE TABLE cell_match (
    month DATE NOT NULL,
    cell_id BIGINT NOT NULL,
    matched_by VARCHAR NOT NULL,
    amount DECIMAL(38,15) NOT NULL
);
