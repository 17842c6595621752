-- Attribution: derived tables, rebuilt month by month by finops_ai/attribution, and the public views
-- over them. Money DECIMAL(38,15) in billing_currency, never summed across currencies; tokens BIGINT.

-- One row per usage row of an attributed month: the workflow, the rule and the outcome it was given.
-- rule_ordinal is NULL when the log's own workflow_hint named a registered workflow.
CREATE TABLE usage_attributed (
    month DATE NOT NULL,
    file_id INTEGER NOT NULL,
    row_number BIGINT NOT NULL,
    usage_id UHUGEINT NOT NULL,
    provider VARCHAR NOT NULL,
    model_id VARCHAR,
    workflow VARCHAR,
    rule_ordinal INTEGER,
    outcome_kind VARCHAR,
    outcome_id VARCHAR,
    list_cost DECIMAL(38,15),
    pricing_status VARCHAR
);

-- One row per month, provider, model, workflow and outcome kind: what the logs hold. list_cost in
-- list_currency is NULL when any of its usage has no list price.
CREATE TABLE usage_month (
    month DATE NOT NULL,
    provider VARCHAR NOT NULL,
    model_id VARCHAR,
    model_name VARCHAR,
    workflow VARCHAR,
    team VARCHAR,
    outcome_kind VARCHAR,
    calls BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    list_cost DECIMAL(38,15),
    list_currency VARCHAR
);

-- One row per group of the month's charges that attribution treats alike. Cells of nature 'pool' with
-- charge_rows = 0 hold no charge: they carry the lines that move a pool's money to its receivers.
CREATE TABLE cell (
    month DATE NOT NULL,
    cell_id BIGINT NOT NULL,
    nature VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    billing_account_id VARCHAR,
    sub_account_id VARCHAR,
    day DATE,
    model_id VARCHAR,
    model_name VARCHAR,
    token_kind VARCHAR,
    charge_category VARCHAR NOT NULL,
    charge_class VARCHAR,
    service_provider_name VARCHAR,
    service_name VARCHAR,
    workflow VARCHAR,
    rule_ordinal INTEGER,
    pool VARCHAR,
    billed_cost DECIMAL(38,15) NOT NULL,
    quantity DECIMAL(38,15),
    charge_rows BIGINT NOT NULL
);

-- One row per charge of an attributed month: any cell explains its charges.
CREATE TABLE charge_cell (
    month DATE NOT NULL,
    charge_id BIGINT NOT NULL,
    cell_id BIGINT NOT NULL
);

-- Where the money of each cell went. cause is NULL unless the money found no workflow.
CREATE TABLE allocation_row (
    month DATE NOT NULL,
    cell_id BIGINT NOT NULL,
    label VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    workflow VARCHAR,
    team VARCHAR,
    pool VARCHAR,
    cause VARCHAR,
    detail VARCHAR,
    rule_ordinal INTEGER,
    outcome_kind VARCHAR,
    outcome_id VARCHAR,
    tokens BIGINT NOT NULL,
    cost DECIMAL(38,15) NOT NULL
);

-- What the logs hold and no bill does (unbilled_usage, unpriced_model), and what the bill was below list
-- price (rate_difference). Estimates at list price, never part of the billed total.
CREATE TABLE off_bill_gap (
    month DATE NOT NULL,
    cause VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    detail VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    estimated_cost DECIMAL(38,15),
    tokens BIGINT NOT NULL
);

-- One row per month, outcome kind and currency; columns as in view outcome_cost.
CREATE TABLE outcome_month (
    month DATE NOT NULL,
    kind VARCHAR NOT NULL,
    workflow VARCHAR NOT NULL,
    billing_currency VARCHAR NOT NULL,
    attempts BIGINT NOT NULL,
    successes BIGINT NOT NULL,
    linked_cost DECIMAL(38,15) NOT NULL,
    unlinked_cost DECIMAL(38,15) NOT NULL,
    shared_cost DECIMAL(38,15) NOT NULL,
    gap_cost DECIMAL(38,15) NOT NULL,
    attributed_cost_per_success DECIMAL(38,15),
    loaded_cost_per_success DECIMAL(38,15),
    ceiling_cost_per_success DECIMAL(38,15)
);

-- What each attributed month was computed from: other values today mean that it is stale.
CREATE TABLE month_attributed (
    month DATE NOT NULL,
    input_batch_id BIGINT,
    config_hash VARCHAR NOT NULL,
    catalogue_hash VARCHAR NOT NULL,
    outcome_file_id INTEGER NOT NULL,
    reporting_currency VARCHAR NOT NULL
);

-- One row per allocated piece of a cell. For each month and currency the costs add up to
-- sum(charge.billed_cost): a pool's source stands positive, then negative beside its shares. tokens are
-- logged tokens of the row's usage (billed tokens for gaps and direct lines), each counted once.
CREATE VIEW allocation AS
SELECT
    row.month,
    row.label,
    cell.provider,
    cell.billing_currency,
    cell.sub_account_id,
    cell.day,
    cell.model_id,
    cell.token_kind,
    cell.charge_category,
    cell.service_name,
    row.kind,
    row.workflow,
    row.team,
    row.pool,
    row.cause,
    row.rule_ordinal,
    row.outcome_kind,
    row.outcome_id,
    row.tokens,
    row.cost,
    row.cell_id,
    row.detail
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id;

-- One row per month, workflow and currency. calls and tokens are those of the workflow's logs and stand
-- beside each of its currencies.
CREATE VIEW workflow_month AS
WITH cost AS (
    SELECT
        allocation_row.month,
        allocation_row.workflow,
        allocation_row.team,
        cell.billing_currency,
        coalesce(sum(cost) FILTER (WHERE kind = 'direct'), 0)::DECIMAL(38,15) AS direct_cost,
        coalesce(sum(cost) FILTER (WHERE kind = 'pool_share'), 0)::DECIMAL(38,15) AS shared_cost
    FROM allocation_row
    INNER JOIN cell ON cell.month = allocation_row.month AND cell.cell_id = allocation_row.cell_id
    WHERE allocation_row.workflow IS NOT NULL
    GROUP BY ALL
),

usage AS (
    SELECT month, workflow, team, sum(calls)::BIGINT AS calls, sum(tokens)::BIGINT AS tokens
    FROM usage_month
    WHERE workflow IS NOT NULL
    GROUP BY ALL
)

SELECT
    month,
    workflow,
    coalesce(cost.team, usage.team) AS team,
    coalesce(cost.billing_currency, month_attributed.reporting_currency) AS billing_currency,
    coalesce(cost.direct_cost, 0)::DECIMAL(38,15) AS direct_cost,
    coalesce(cost.shared_cost, 0)::DECIMAL(38,15) AS shared_cost,
    coalesce(cost.direct_cost + cost.shared_cost, 0)::DECIMAL(38,15) AS total_cost,
    coalesce(usage.calls, 0) AS calls,
    coalesce(usage.tokens, 0) AS tokens,
    'allocated' AS label
FROM cost
FULL JOIN usage USING (month, workflow)
INNER JOIN month_attributed USING (month);

-- One row per month, cause, provider, detail and currency. cost is billed money that found no workflow;
-- estimated_cost is money at list price that no bill holds (cost 0), NULL when there is no list price.
CREATE VIEW gap AS
SELECT
    row.month,
    row.cause,
    cell.provider,
    row.detail,
    cell.billing_currency,
    sum(row.cost)::DECIMAL(38,15) AS cost,
    NULL::DECIMAL(38,15) AS estimated_cost,
    sum(cell.charge_rows)::BIGINT AS charge_rows,
    'billed' AS label
FROM allocation_row AS row
INNER JOIN cell ON cell.month = row.month AND cell.cell_id = row.cell_id
WHERE row.cause IS NOT NULL
GROUP BY ALL
UNION ALL
SELECT month, cause, provider, detail, billing_currency, 0, estimated_cost, 0, 'estimated'
FROM off_bill_gap;

-- One row per usage row: what it would cost at list price, NULL when there is no price for it.
CREATE VIEW usage_cost AS
SELECT month, usage_id, workflow, provider, model_id, list_cost, pricing_status, 'estimated' AS label
FROM usage_attributed;

-- One row per month, outcome kind and currency. attempts and successes are outcomes resolved in the
-- month (a reopened one is no success); linked_cost is the month's cost of calls made for outcomes of the
-- kind, failed ones included; unlinked_cost and shared_cost are the kind's part of the workflow's direct
-- cost without an outcome and of its pool shares; gap_cost is billed usage of the month that could belong
-- to it. Costs per success are rounded down at the 15th decimal, NULL without any success; the attributed
-- one is NULL too where no billed call was linked to the kind.
CREATE VIEW outcome_cost AS
SELECT
    month,
    kind,
    workflow,
    attempts,
    successes,
    linked_cost,
    unlinked_cost,
    shared_cost,
    gap_cost,
    attributed_cost_per_success,
    loaded_cost_per_success,
    ceiling_cost_per_success,
    billing_currency
FROM outcome_month;
