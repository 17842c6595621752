-- What more is known of a row once many sources feed one table.

-- The provider's own id of the answer: the same call has it in every log that saw it.
ALTER TABLE token_usage ADD COLUMN response_id VARCHAR;
-- call: one row per model call; bucket: a provider's report of many calls (per day, key, model).
ALTER TABLE token_usage ADD COLUMN grain VARCHAR DEFAULT 'call';
-- What is wrong or weak about the row's figures, in a few words; NULL when nothing is known to be.
ALTER TABLE token_usage ADD COLUMN quality VARCHAR;
-- amortized: the amounts spread prepaid purchases over their use, so they are no invoice; NULL: as billed.
ALTER TABLE charge ADD COLUMN cost_basis VARCHAR;
ALTER TABLE charge_superseded ADD COLUMN cost_basis VARCHAR;
-- When the source says that it last changed the row: of two deliveries, the newer row stands.
ALTER TABLE token_usage ADD COLUMN updated_at_utc TIMESTAMP;
ALTER TABLE outcome ADD COLUMN updated_at_utc TIMESTAMP;

-- Why records of a file are no rows, and how many: nothing is left out without a word.
CREATE TABLE ignored_record (
    file_id INTEGER NOT NULL,
    reason VARCHAR NOT NULL,
    record_count BIGINT NOT NULL
);

-- Derived, per month: usage rows that do not count, because another log tells of the same calls.
CREATE TABLE usage_left_out (
    month DATE NOT NULL,
    usage_id UHUGEINT NOT NULL,
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    provider VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    counted_source VARCHAR,
    reason VARCHAR NOT NULL
);
