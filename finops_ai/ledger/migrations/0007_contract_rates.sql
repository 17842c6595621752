-- Contract rates: what a call costs at what was agreed with the provider, beside the list price.

-- Cost at contract rate in contract_currency, unrounded; NULL when no contract of finops.yaml holds for the
-- call, or when one of its meters has no price under it. contract_name: which one. A call costs what was
-- billed, else contract_cost, else list_cost, else it is not known.
ALTER TABLE priced_usage ADD COLUMN contract_cost DECIMAL(38,15);
ALTER TABLE priced_usage ADD COLUMN contract_name VARCHAR;
ALTER TABLE priced_usage ADD COLUMN contract_currency VARCHAR;
ALTER TABLE usage_attributed ADD COLUMN contract_cost DECIMAL(38,15);

-- One row per usage row of a priced month that a contract holds for, derived: the parts of its contract_cost,
-- in contract_currency, unrounded; 0 for a meter that was not used.
CREATE TABLE contract_usage (
    month DATE NOT NULL,
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    contract_name VARCHAR NOT NULL,
    contract_currency VARCHAR NOT NULL,
    input_uncached_cost DECIMAL(38,15) NOT NULL,
    cache_read_cost DECIMAL(38,15) NOT NULL,
    cache_write_5m_cost DECIMAL(38,15) NOT NULL,
    cache_write_1h_cost DECIMAL(38,15) NOT NULL,
    cache_write_cost DECIMAL(38,15) NOT NULL,
    input_audio_cost DECIMAL(38,15) NOT NULL,
    output_cost DECIMAL(38,15) NOT NULL,
    output_audio_cost DECIMAL(38,15) NOT NULL,
    web_search_cost DECIMAL(38,15) NOT NULL,
    contract_cost DECIMAL(38,15) NOT NULL
);

-- One row per usage row of an attributed month: what it would cost at list price and at contract rate (NULL:
-- not known). Estimates, not billed money. workflow is NULL when no rule maps the row.
CREATE OR REPLACE VIEW usage_cost AS
SELECT month, usage_id, workflow, provider, model_id, list_cost, contract_cost, pricing_status, 'estimated' AS label
FROM usage_attributed;

-- Closed months: what was reported of them stays. No price, rule or late row changes a closed month's derived
-- rows; `finops-ai check` proves that its figures are those it was closed with.

-- One row per closed month. figures_sha256: of the exact figures, as reports state it.
CREATE TABLE closed_month (
    month DATE PRIMARY KEY,
    figures_sha256 VARCHAR NOT NULL,
    catalogue_sha256 VARCHAR NOT NULL,
    closed_batch BIGINT NOT NULL,
    closed_at_utc TIMESTAMP NOT NULL
);

-- One row per closed month, workflow (kind 'workflow') or gap cause (kind 'gap'), and currency: cost as it was
-- closed, unrounded.
CREATE TABLE closed_figure (
    month DATE NOT NULL,
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    cost DECIMAL(38,15) NOT NULL
);

-- The same of every attributed month as it stands: what closed_figure is compared with.
CREATE VIEW month_figure AS
SELECT month, 'workflow' AS kind, workflow AS name, billing_currency, sum(total_cost)::DECIMAL(38,15) AS cost
FROM workflow_month
GROUP BY ALL
UNION ALL
SELECT month, 'gap' AS kind, cause AS name, billing_currency, sum(cost)::DECIMAL(38,15) AS cost
FROM gap
GROUP BY ALL;

-- Hours of prices are read from price.hours_utc, to the minute; this table knew whole hours only.
DROP TABLE price_hours;
