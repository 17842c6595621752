-- Exchange rates, and every billed amount in the reporting currency beside its original.

-- One row per file of exchange rates that was read: the last one is in force. path NULL: none is named.
CREATE TABLE fx_file (
    path VARCHAR,
    sha256 VARCHAR,
    rate_rows BIGINT NOT NULL,
    read_at_utc TIMESTAMP NOT NULL
);

-- One row per rate of the file in force: 1 from_currency is `rate` to_currency on rate_day and after, until
-- the next one. Currencies are named as bills name them, virtual ones (DBU, Snowflake credits) likewise.
CREATE TABLE fx_rate (
    rate_day DATE NOT NULL,
    from_currency VARCHAR NOT NULL,
    to_currency VARCHAR NOT NULL,
    rate DECIMAL(38,15) NOT NULL,
    source VARCHAR,
    file_line BIGINT NOT NULL
);

-- One row per attributed month with charges in other currencies: the rates that it was converted with.
CREATE TABLE month_converted (
    month DATE NOT NULL,
    reporting_currency VARCHAR NOT NULL,
    rates_hash VARCHAR NOT NULL
);

-- One row per charge of a converted month in another currency than the reporting one. billed_cost is the
-- original; reporting_cost = billed_cost x rate, rounded half-even to 15 decimals. Without a rate both are
-- NULL and `missing` says why. rate_way: direct, inverse, or through a third currency.
CREATE TABLE charge_converted (
    month DATE NOT NULL,
    charge_id BIGINT NOT NULL,
    cell_id BIGINT NOT NULL,
    provider VARCHAR NOT NULL,
    day DATE NOT NULL,
    billing_currency VARCHAR NOT NULL,
    billed_cost DECIMAL(38,15) NOT NULL,
    reporting_currency VARCHAR NOT NULL,
    reporting_cost DECIMAL(38,15),
    rate DECIMAL(38,15),
    rate_day DATE,
    rate_source VARCHAR,
    rate_way VARCHAR,
    missing VARCHAR
);

-- One row per row of allocation_row in another currency: reporting_cost is its part of what its charges
-- converted to (NULL where none did), unconverted_cost the part of `cost`, in billing_currency, without a rate.
CREATE TABLE allocation_converted (
    month DATE NOT NULL,
    cell_id BIGINT NOT NULL,
    label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    workflow VARCHAR,
    team VARCHAR,
    pool VARCHAR,
    cause VARCHAR,
    detail VARCHAR,
    outcome_kind VARCHAR,
    outcome_id VARCHAR,
    cost DECIMAL(38,15) NOT NULL,
    reporting_cost DECIMAL(38,15),
    unconverted_cost DECIMAL(38,15) NOT NULL
);

-- One row per allocated piece in any currency: cost in billing_currency, reporting_cost in
-- reporting_currency, and unconverted_cost, the part of cost that no rate converts. For each month,
-- reporting_cost adds up to the sum over its charges, and nothing unconverted stands in it.
CREATE VIEW allocation_reporting AS
WITH piece AS (
    SELECT
        row.month,
        row.cell_id,
        row.label,
        row.kind,
        row.workflow,
        row.team,
        row.pool,
        row.cause,
        row.detail,
        row.outcome_kind,
        row.outcome_id,
        row.cost,
        row.cost AS reporting_cost,
        0::DECIMAL(38,15) AS unconverted_cost
    FROM allocation_row AS row
    INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
    INNER JOIN month_attributed ON month_attributed.month = row.month
    WHERE cell.billing_currency = month_attributed.reporting_currency
    UNION ALL
    FROM allocation_converted
)

SELECT
    piece.month,
    month_attributed.reporting_currency,
    piece.label,
    cell.provider,
    cell.billing_currency,
    cell.day,
    cell.model_id,
    cell.token_kind,
    cell.charge_category,
    cell.service_name,
    piece.kind,
    piece.workflow,
    piece.team,
    piece.pool,
    piece.cause,
    piece.detail,
    piece.outcome_kind,
    piece.outcome_id,
    piece.cost,
    piece.reporting_cost,
    piece.unconverted_cost,
    piece.cell_id
FROM piece
INNER JOIN cell ON cell.month = piece.month AND cell.cell_id = piece.cell_id
INNER JOIN month_attributed ON month_attributed.month = piece.month;

-- How far the token lines of each bill reach, one row per attributed month, provider and billing account.
-- Where a bill has lines of single UTC days, longer ones do not make it reach further. billed_through is the last
-- billed day, at most the month's last.
CREATE VIEW bill_coverage AS
SELECT
    cell.month,
    cell.provider,
    cell.billing_account_id AS account,
    bool_or(cell.day IS NOT NULL) AS has_days,
    least(
        CASE
            WHEN bool_or(cell.day IS NOT NULL) THEN max(cell.day)
            ELSE max((charge.charge_period_end_utc - INTERVAL 1 MICROSECOND)::DATE)
        END,
        last_day(cell.month)
    ) AS billed_through
FROM cell
INNER JOIN charge_cell ON charge_cell.month = cell.month AND charge_cell.cell_id = cell.cell_id
INNER JOIN charge ON charge.charge_id = charge_cell.charge_id
WHERE cell.nature = 'token'
GROUP BY cell.month, cell.provider, cell.billing_account_id;

-- What `finops-ai accrue` booked, one row per UTC day, provider, account, model and workflow that was logged and
-- not billed. accrued_cost = price_cost x rate in `currency`; both NULL where pricing_status names no price, then
-- the tokens alone are known. A day is written anew until its bill arrives; then it stands, to be trued up.
CREATE TABLE accrual (
    month DATE NOT NULL,
    day DATE NOT NULL,
    provider VARCHAR NOT NULL,
    account VARCHAR,
    model_id VARCHAR,
    model_name VARCHAR,
    workflow VARCHAR,
    currency VARCHAR,
    pricing_status VARCHAR NOT NULL,
    calls BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    price_basis VARCHAR NOT NULL,
    price_cost DECIMAL(38,15),
    rate DECIMAL(18,9) NOT NULL,
    rate_basis VARCHAR NOT NULL,
    rate_sample_cost DECIMAL(38,15) NOT NULL,
    rate_sample_days BIGINT NOT NULL,
    accrued_cost DECIMAL(38,15),
    recorded_at_utc TIMESTAMP NOT NULL
);

-- Booked days and whether their bill has arrived since: an account that is not known counts as billed as far
-- as any account of its provider is, so that no day is both billed and accrued.
CREATE VIEW accrual_day AS
WITH provider_coverage AS (
    SELECT month, provider, max(billed_through) AS billed_through
    FROM bill_coverage
    GROUP BY month, provider
)

SELECT
    accrual.*,
    coalesce(
        accrual.day <= CASE
            WHEN accrual.account IS NULL THEN provider_coverage.billed_through
            ELSE bill_coverage.billed_through
        END,
        false
    ) AS is_billed
FROM accrual
LEFT JOIN provider_coverage
    ON provider_coverage.month = accrual.month AND provider_coverage.provider = accrual.provider
LEFT JOIN bill_coverage
    ON bill_coverage.month = accrual.month
    AND bill_coverage.provider = accrual.provider
    AND bill_coverage.account = accrual.account;

-- The accrual in force: one row per month, provider, account, model, workflow and currency whose days are logged
-- and not billed yet. It stands beside the billed total, never inside it. accrued_cost NULL: nothing of it has a
-- price; unpriced_tokens is what has none.
CREATE VIEW accrual_month AS
SELECT
    month,
    provider,
    account,
    coalesce(model_id, model_name) AS model,
    workflow,
    currency,
    min(day) AS first_day,
    max(day) AS last_day,
    sum(calls)::BIGINT AS calls,
    sum(tokens)::BIGINT AS tokens,
    sum(price_cost)::DECIMAL(38,15) AS price_cost,
    sum(accrued_cost)::DECIMAL(38,15) AS accrued_cost,
    coalesce(sum(tokens) FILTER (WHERE accrued_cost IS NULL), 0)::BIGINT AS unpriced_tokens,
    'accrued' AS label
FROM accrual_day
WHERE NOT is_billed
GROUP BY ALL;

-- What each commitment of finops.yaml held and what used it, one row per attributed month, commitment and currency,
-- derived. capacity and used are tokens or seats, for credits money in `currency`. cost is what the bill charges for
-- the commitment in the month, idle_cost the part of it that nobody used (gap idle_capacity); NULL: not on a bill.
CREATE TABLE commitment_use (
    month DATE NOT NULL,
    commitment VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    unit VARCHAR NOT NULL,
    capacity DECIMAL(38,15) NOT NULL,
    used DECIMAL(38,15) NOT NULL,
    currency VARCHAR,
    cost DECIMAL(38,15),
    idle_cost DECIMAL(38,15)
);

-- The same for reading, with what is left: idle is capacity not used in the month (tokens, seats); balance is what
-- is left of credits after the month, negative when more was drawn than there was.
CREATE VIEW commitment_month AS
SELECT
    month,
    commitment,
    kind,
    unit,
    capacity,
    used,
    CASE WHEN kind <> 'credits' THEN greatest(capacity - used, 0)::DECIMAL(38,15) END AS idle,
    CASE
        WHEN kind = 'credits' AND currency = unit
            THEN (capacity - sum(used) OVER (PARTITION BY commitment, currency ORDER BY month))::DECIMAL(38,15)
    END AS balance,
    currency,
    cost,
    idle_cost,
    'allocated' AS label
FROM commitment_use;
