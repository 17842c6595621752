-- What a person accepted of the differences between bills and logs. It is no derived data and survives every rebuild.

-- One row per acceptance, appended; the last one of a line counts. line_id names a line or a group of `finops-ai
-- reconcile --by`; accepted_cost in billing_currency is the difference as it was accepted: when the line's difference
-- is another one, the acceptance has lapsed.
CREATE TABLE reconciliation_accepted (
    month DATE NOT NULL,
    line_id VARCHAR NOT NULL,
    grouped_by VARCHAR NOT NULL,
    line_name VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    accepted_cost DECIMAL(38,15) NOT NULL,
    note VARCHAR NOT NULL,
    accepted_by VARCHAR NOT NULL,
    accepted_at_utc TIMESTAMP NOT NULL
);
