-- Outcomes: several outcomes of one call, which link found them, and what each outcome cost, in which month.

-- outcome_kind and outcome_id name the outcome with the largest share of the call: outcome_share of it, 1 when
-- the call served no other. outcome_link: the link of finops.yaml that found it. Both are NULL for months that
-- were closed before they were recorded; outcome_share is 1 there.
ALTER TABLE usage_attributed ADD COLUMN outcome_link VARCHAR;
ALTER TABLE usage_attributed ADD COLUMN outcome_share DECIMAL(18,15);

-- Derived: the other outcomes of calls that served several, one row per usage row and outcome.
CREATE TABLE outcome_call_rest (
    month DATE NOT NULL,
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    usage_id UHUGEINT NOT NULL,
    workflow VARCHAR NOT NULL,
    outcome_kind VARCHAR NOT NULL,
    outcome_id VARCHAR NOT NULL,
    share DECIMAL(18,15) NOT NULL,
    link VARCHAR NOT NULL
);

-- One row per month, usage row and outcome that the call was made for. The shares of a call add up to 1. link is
-- session_id, trace_id, request_id, branch, tags.<key>, or window with its hours and fields.
CREATE VIEW outcome_call AS
SELECT
    month,
    file_id,
    row_number,
    usage_id,
    workflow,
    outcome_kind,
    outcome_id,
    coalesce(outcome_share, 1)::DECIMAL(18,15) AS share,
    outcome_link AS link
FROM usage_attributed
WHERE outcome_id IS NOT NULL
UNION ALL
FROM outcome_call_rest;

-- Derived: what each outcome used in a month, wherever it was resolved. calls and tokens count each call by its
-- share. One row per month, outcome, workflow and link.
CREATE TABLE outcome_usage (
    month DATE NOT NULL,
    outcome_kind VARCHAR NOT NULL,
    outcome_id VARCHAR NOT NULL,
    workflow VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    calls DECIMAL(38,15) NOT NULL,
    tokens DECIMAL(38,15) NOT NULL
);

-- Derived: the billed money of the same, where a bill holds any, in billing_currency; it adds up to the direct
-- cost of the allocation with an outcome.
CREATE TABLE outcome_spend (
    month DATE NOT NULL,
    outcome_kind VARCHAR NOT NULL,
    outcome_id VARCHAR NOT NULL,
    workflow VARCHAR NOT NULL,
    link VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    cost DECIMAL(38,15) NOT NULL
);

-- Derived: how each outcome that was resolved in the month was counted when the month was attributed. A closed
-- month keeps its count; what was taken back since is told in the month of reopening.
CREATE TABLE outcome_counted (
    month DATE NOT NULL,
    outcome_kind VARCHAR NOT NULL,
    outcome_id VARCHAR NOT NULL,
    is_success BOOLEAN NOT NULL
);

-- Closed months are not attributed again: what they say is taken over as it stands.
INSERT INTO outcome_counted
SELECT
    closed_month.month,
    outcome.kind,
    outcome.outcome_id,
    outcome.status = 'success' AND outcome.reopened_at_utc IS NULL
FROM outcome
INNER JOIN closed_month ON closed_month.month = date_trunc('month', outcome.resolved_at_utc)::DATE;

INSERT INTO outcome_usage
SELECT
    a.month,
    a.outcome_kind,
    a.outcome_id,
    a.workflow,
    'not recorded',
    sum(u.calls)::DECIMAL(38,15),
    sum(
        u.input_uncached_tokens + u.cache_read_tokens + u.cache_write_5m_tokens + u.cache_write_1h_tokens
        + u.cache_write_tokens + u.input_audio_tokens + u.output_tokens + u.output_audio_tokens
    )::DECIMAL(38,15)
FROM usage_attributed AS a
SEMI JOIN closed_month ON closed_month.month = a.month
INNER JOIN token_usage AS u ON u.file_id = a.file_id AND u.row_number = a.row_number
WHERE a.outcome_id IS NOT NULL AND a.workflow IS NOT NULL
GROUP BY a.month, a.outcome_kind, a.outcome_id, a.workflow;

-- Of every month: a check compares it with the allocation.
INSERT INTO outcome_spend
SELECT
    row.month,
    row.outcome_kind,
    row.outcome_id,
    row.workflow,
    'not recorded',
    cell.billing_currency,
    sum(row.cost)::DECIMAL(38,15)
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.outcome_id IS NOT NULL AND row.workflow IS NOT NULL
GROUP BY row.month, row.outcome_kind, row.outcome_id, row.workflow, cell.billing_currency;
