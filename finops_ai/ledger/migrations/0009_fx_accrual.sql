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
